import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.protocol.heartbeat.MessageModel;

/**
 * Real Java clients with output that a test can read; for what the 4.6.0 examples cannot be told by arguments.
 *
 *   send NAMESRV TOPIC COUNT sync|async|oneway|batch|big PREFIX      prints "sent BODY STATUS QUEUEID QUEUEOFFSET OFFSETMSGID"
 *   receive NAMESRV TOPIC GROUP CLUSTERING|BROADCASTING EXPRESSION   prints "got QUEUEID QUEUEOFFSET BODY" until its input ends
 *   read NAMESRV TOPIC                                               prints "msg QUEUEID QUEUEOFFSET OFFSETMSGID BODY" of all there is
 *   record NAMESRV TOPIC THREADS PREFIX                              sends until its input ends, prints every answer
 *
 * The system property interop.eager=MS makes a receiver look for routes, show itself and store its offsets that often, not
 * every 30 s, 30 s and 5 s.
 */
public final class InteropClient {
    private static final int PULL_TIMEOUT_RETRIES = 5;
    /** A listener that has printed has yet to return; only then does its message count as consumed. */
    private static final long RETURN_MS = 500;

    public static void main(String[] args) {
        try {
            run(args);
            System.exit(0);
        } catch (Throwable error) {
            error.printStackTrace(); // client threads would keep the process alive
            System.exit(1);
        }
    }

    private static void run(String[] args) throws Exception {
        switch (args[0]) {
            case "send": send(args[1], args[2], Integer.parseInt(args[3]), args[4], args[5]); break;
            case "receive": receive(args[1], args[2], args[3], MessageModel.valueOf(args[4]), args[5]); break;
            case "read": read(args[1], args[2]); break;
            case "record": record(args[1], args[2], Integer.parseInt(args[3]), args[4]); break;
            default: throw new IllegalArgumentException(args[0]);
        }
    }

    private static DefaultMQProducer producer(String namesrv) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("interop_producer");
        producer.setNamesrvAddr(namesrv);
        producer.start();
        return producer;
    }

    private static void send(String namesrv, String topic, int count, String mode, String prefix) throws Exception {
        DefaultMQProducer producer = producer(namesrv);
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) messages.add(message(topic, prefix, i, mode));
        switch (mode) {
            case "batch":
                for (int from = 0; from < count; from += 10) {
                    List<Message> part = messages.subList(from, Math.min(count, from + 10));
                    print(prefix + "-" + from, producer.send(new ArrayList<>(part)));
                }
                break;
            case "async": {
                CountDownLatch latch = new CountDownLatch(count);
                for (Message message : messages) {
                    producer.send(message, new SendCallback() {
                        @Override public void onSuccess(SendResult result) {
                            print(bodyOf(message), result);
                            latch.countDown();
                        }

                        @Override public void onException(Throwable error) {
                            say("failed " + bodyOf(message) + " " + error);
                            latch.countDown();
                        }
                    });
                }
                latch.await();
                break;
            }
            case "oneway":
                for (Message message : messages) {
                    producer.sendOneway(message);
                    say("sent " + bodyOf(message) + " ONEWAY");
                }
                Thread.sleep(1000); // a oneway send is on its way when the call returns
                break;
            default:
                for (Message message : messages) print(bodyOf(message), producer.send(message));
        }
        producer.shutdown();
    }

    private static Message message(String topic, String prefix, int number, String mode) {
        String text = prefix + "-" + number;
        if (mode.equals("big")) text = text + "-" + "0123456789abcdef".repeat(2000);
        Message message = new Message(topic, number % 2 == 0 ? "even" : "odd", prefix + "-key-" + number + " shared-" + number % 3, text.getBytes(StandardCharsets.UTF_8));
        message.putUserProperty("number", Integer.toString(number));
        return message;
    }

    private static String bodyOf(Message message) {
        String text = new String(message.getBody(), StandardCharsets.UTF_8).replace(' ', '_');
        return text.length() > 100 ? text.substring(0, text.indexOf('-', text.indexOf('-') + 1)) + ":" + text.length() : text;
    }

    private static void print(String body, SendResult result) {
        say("sent " + body + " " + result.getSendStatus() + " " + result.getMessageQueue().getQueueId() + " "
            + result.getQueueOffset() + " " + result.getOffsetMsgId());
    }

    private static void receive(String namesrv, String topic, String group, MessageModel model, String expression) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(namesrv);
        consumer.setMessageModel(model);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        Integer eager = Integer.getInteger("interop.eager");
        if (eager != null) {
            consumer.setPollNameServerInterval(eager);
            consumer.setHeartbeatBrokerInterval(eager);
            consumer.setPersistConsumerOffsetInterval(eager);
        }
        consumer.subscribe(topic, expression);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                say("got " + message.getQueueId() + " " + message.getQueueOffset() + " " + bodyOf(message));
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        say("consumer started");
        while (System.in.read() >= 0) { }
        Thread.sleep(RETURN_MS);
        consumer.shutdown();
        say("consumer stopped");
    }

    private static void read(String namesrv, String topic) throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("interop_reader");
        consumer.setNamesrvAddr(namesrv);
        consumer.start();
        Set<MessageQueue> queues = new TreeSet<>(consumer.fetchSubscribeMessageQueues(topic));
        for (MessageQueue queue : queues) {
            long max = consumer.maxOffset(queue);
            long offset = consumer.minOffset(queue);
            int failures = 0;
            while (offset < max) {
                PullResult result;
                try {
                    result = consumer.pull(queue, "*", offset, 32);
                } catch (Exception error) {
                    if (++failures > PULL_TIMEOUT_RETRIES) throw error;
                    continue;
                }
                if (result.getPullStatus() == PullStatus.FOUND) {
                    for (MessageExt message : result.getMsgFoundList()) {
                        say("msg " + message.getQueueId() + " " + message.getQueueOffset() + " "
                            + MessageDecoder.createMessageId(message.getStoreHost(), message.getCommitLogOffset()) + " " + bodyOf(message));
                    }
                } else {
                    say("gap " + queue.getQueueId() + " " + offset + " " + result.getPullStatus() + " next " + result.getNextBeginOffset());
                    if (result.getNextBeginOffset() <= offset) break;
                }
                offset = result.getNextBeginOffset();
            }
            say("end " + queue.getQueueId() + " " + max);
        }
        consumer.shutdown();
    }

    private static void record(String namesrv, String topic, int threads, String prefix) throws Exception {
        DefaultMQProducer producer = producer(namesrv);
        producer.setRetryTimesWhenSendFailed(0);
        producer.setSendMsgTimeout(2000);
        AtomicInteger sequence = new AtomicInteger();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                while (true) {
                    String text = prefix + "-" + sequence.getAndIncrement();
                    try {
                        SendResult result = producer.send(new Message(topic, text.getBytes(StandardCharsets.UTF_8)));
                        if (result.getSendStatus() == SendStatus.SEND_OK) {
                            say("ok " + result.getMessageQueue().getQueueId() + " " + result.getQueueOffset() + " " + result.getOffsetMsgId() + " " + text);
                        } else {
                            say("other " + result.getSendStatus() + " " + text);
                        }
                    } catch (Exception error) {
                        say("failed " + text + " " + error.getClass().getSimpleName());
                        try {
                            Thread.sleep(10);
                        } catch (InterruptedException interrupted) {
                            return;
                        }
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        while (System.in.read() >= 0) { }
    }

    /** One call per line: lines of several threads must not mix. */
    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
