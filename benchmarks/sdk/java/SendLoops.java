import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/**
 * Java's producer with its defaults: SendLoops NAMESRV TOPIC LOOPS BATCH BODY_BYTES WARM_UP_MS MEASURE_MS.
 * LOOPS threads, each sends one message (BATCH 1) or one batch after the other and waits for its answer. Prints `begin`,
 * `measured SENDS MS`, and `end SENDS FAILED` when the last answer is there (sends of the warm-up included). The same lines as send-loops.ts.
 */
public class SendLoops {
    private static volatile boolean isStopped;

    public static void main(String[] args) throws Exception {
        final String topic = args[1];
        final int loops = Integer.parseInt(args[2]);
        final int batch = Integer.parseInt(args[3]);
        final byte[] body = new byte[Integer.parseInt(args[4])];
        java.util.Arrays.fill(body, (byte) 'a');
        final LongAdder sent = new LongAdder();
        final LongAdder failed = new LongAdder();
        DefaultMQProducer producer = new DefaultMQProducer("sdk_benchmark_producer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        Thread[] threads = new Thread[loops];
        for (int i = 0; i < loops; i++) {
            threads[i] = new Thread(() -> {
                while (!isStopped) {
                    try {
                        SendStatus status = batch == 1
                            ? producer.send(new Message(topic, "TagA", body)).getSendStatus()
                            : producer.send(messages(topic, body, batch)).getSendStatus();
                        (status == SendStatus.SEND_OK ? sent : failed).increment();
                    } catch (Exception e) {
                        failed.increment();
                        System.err.println(e);
                    }
                }
            });
            threads[i].start();
        }
        Thread.sleep(Long.parseLong(args[5]));
        System.out.println("begin");
        long startNs = System.nanoTime();
        long before = sent.sum();
        Thread.sleep(Long.parseLong(args[6]));
        long during = sent.sum() - before;
        System.out.println("measured " + during + " " + (System.nanoTime() - startNs) / 1e6);
        isStopped = true;
        for (Thread thread : threads) thread.join();
        System.out.println("end " + sent.sum() + " " + failed.sum());
        producer.shutdown();
    }

    private static List<Message> messages(String topic, byte[] body, int count) {
        List<Message> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) messages.add(new Message(topic, "TagA", body));
        return messages;
    }
}
