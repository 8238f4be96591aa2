import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Java's push consumer with its defaults on a backlog of numbered messages: BacklogConsumer NAMESRV TOPIC GROUP COUNT.
 * Prints `first` with the first message, `last MS` with the COUNT-th different one (ms between the two), and when its
 * input is closed `end DELIVERED DIFFERENT DAMAGED`. The same lines as backlog-consumer.ts.
 */
public class BacklogConsumer {
    public static void main(String[] args) throws Exception {
        final int count = Integer.parseInt(args[3]);
        // A message is delivered twice now and then (at least once), so each is ticked off by its number.
        final byte[] seen = new byte[count];
        final AtomicInteger delivered = new AtomicInteger();
        final AtomicInteger different = new AtomicInteger();
        final AtomicInteger damaged = new AtomicInteger();
        final AtomicBoolean isBegun = new AtomicBoolean();
        final long[] firstNs = new long[1];

        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(args[2]);
        consumer.setNamesrvAddr(args[0]);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(args[1], "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            if (!isBegun.get() && isBegun.compareAndSet(false, true)) {
                firstNs[0] = System.nanoTime();
                System.out.println("first");
            }
            for (MessageExt message : messages) {
                delivered.incrementAndGet();
                int number = numberOf(message.getBody());
                if (number < 0 || number >= count) {
                    damaged.incrementAndGet();
                } else if (seen[number] == 0) {
                    seen[number] = 1;
                    if (different.incrementAndGet() == count) System.out.println("last " + (System.nanoTime() - firstNs[0]) / 1e6);
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        System.out.println("ready");
        while (System.in.read() >= 0) { }
        consumer.shutdown();
        System.out.println("end " + delivered + " " + different + " " + damaged);
    }

    /** The number a body begins with; -1 when its end, the number's complement, does not fit. */
    private static int numberOf(byte[] body) {
        if (body.length < 8) return -1;
        int number = int32(body, 0);
        return int32(body, body.length - 4) == ~number ? number : -1;
    }

    private static int int32(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 255) << 16 | (bytes[at + 2] & 255) << 8 | bytes[at + 3] & 255;
    }
}
