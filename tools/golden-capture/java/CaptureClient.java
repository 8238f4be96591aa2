import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.store.ReadOffsetType;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.protocol.heartbeat.MessageModel;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Drives the real Java clients through everything that golden bytes are kept of. Its name server and broker are
 * reached through recording proxies; `Steps` tells the recorder what is going on.
 * Arguments: name server address, broker address (both the proxies').
 */
public final class CaptureClient {
    static final String TOPIC = "GoldenTopic";
    static final String BROKER = "broker-a";
    static final String CLUSTER = "DefaultCluster";
    private static final int[] NONE = Steps.codes();

    private final String namesrv;
    private final String broker;
    private final MessageQueue queue0 = new MessageQueue(TOPIC, BROKER, 0);
    private final MessageQueue queue1 = new MessageQueue(TOPIC, BROKER, 1);
    private DefaultMQProducer producer;
    private SendResult sent;

    private CaptureClient(String namesrv, String broker) {
        this.namesrv = namesrv;
        this.broker = broker;
    }

    public static void main(String[] args) throws Exception {
        CaptureClient client = new CaptureClient(args[0], args[1]);
        if (Boolean.parseBoolean(System.getProperty("org.apache.rocketmq.client.sendSmartMsg", "true"))) {
            client.topics();
            client.sends();
            client.pulls();
            client.queries();
            client.pushConsumers();
            new CaptureAdmin(client.namesrv, client.broker, client.producer).run(client.sent);
            client.producerLeaves();
        } else {
            client.sendsOldCode();
        }
        Steps.step("end", NONE, () -> { });
        System.exit(0);
    }

    private void mqadmin(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(Arrays.asList("-n", namesrv));
        MQAdminStartup.main0(all.toArray(new String[0]), null);
    }

    private void topics() throws Exception {
        Steps.step("updateTopic-b", Steps.codes(17), () -> mqadmin("updateTopic", "-b", broker, "-t", TOPIC, "-r", "2", "-w", "2"));
        Steps.step("updateTopic-c", Steps.codes(17, 106), () -> mqadmin("updateTopic", "-c", CLUSTER, "-t", "GoldenUnit", "-r", "4", "-w", "4", "-p", "4", "-u", "true", "-s", "true"));
        Steps.step("updateTopic-order", Steps.codes(17, 100), () -> mqadmin("updateTopic", "-c", CLUSTER, "-t", "GoldenOrder", "-r", "2", "-w", "2", "-o", "true"));
        Steps.step("updateTopic-order-b", Steps.codes(101), () -> mqadmin("updateTopic", "-b", broker, "-t", "GoldenOrder", "-r", "2", "-w", "2", "-o", "true"));
        Thread.sleep(500); // the broker registers the new topics after it has answered
        Steps.step("clusterList", Steps.codes(106, 28), () -> mqadmin("clusterList"));
        Steps.step("topicRoute", Steps.codes(105), () -> mqadmin("topicRoute", "-t", TOPIC));
        Steps.step("topicRoute-absent", Steps.codes(105), () -> mqadmin("topicRoute", "-t", "NoSuchTopic"));
        Steps.step("topicStatus-empty", Steps.codes(202), () -> mqadmin("topicStatus", "-t", TOPIC));
        Steps.step("topicList", Steps.codes(206), () -> mqadmin("topicList"));
        Steps.step("topicList-c", NONE, () -> mqadmin("topicList", "-c"));
    }

    private void sends() throws Exception {
        producer = new DefaultMQProducer("golden_producer");
        producer.setNamesrvAddr(namesrv);
        producer.setClientIP("127.0.0.1");
        producer.setInstanceName("golden");
        producer.start();
        Steps.step("sync", Steps.codes(310), () -> sent = producer.send(message("sync"), queue0));
        Steps.step("producer", Steps.codes(34), () -> producer.getDefaultMQProducerImpl().getmQClientFactory().sendHeartbeatToAllBrokerWithLock());
        Steps.step("tags-keys", Steps.codes(310), () -> {
            Message message = new Message(TOPIC, "TagA", "OrderID188 OrderID189", 7, "tags and keys".getBytes(StandardCharsets.UTF_8), true);
            message.putUserProperty("a", "3");
            message.putUserProperty("name", "\u00fcn\u00efc\u00f6d\u00e9 \u4e2d\u6587");
            producer.send(message, queue0);
        });
        Steps.step("wait-false", Steps.codes(310), () -> {
            Message message = message("do not wait for the flush");
            message.setWaitStoreMsgOK(false);
            producer.send(message, queue0);
        });
        Steps.step("async", Steps.codes(310), () -> {
            CountDownLatch latch = new CountDownLatch(1);
            producer.send(message("async"), queue0, new SendCallback() {
                @Override public void onSuccess(SendResult result) {
                    latch.countDown();
                }

                @Override public void onException(Throwable error) {
                    error.printStackTrace();
                }
            });
            if (!latch.await(5, TimeUnit.SECONDS)) throw new IllegalStateException("no answer");
        });
        Steps.step("oneway", Steps.codes(310), () -> producer.sendOneway(message("oneway"), queue0));
        Steps.step("compressed", Steps.codes(310), () -> producer.send(message("compress me ".repeat(1000)), queue0));
        Steps.step("batch", Steps.codes(320), () -> {
            Message second = new Message(TOPIC, "TagB", "batch-key", "batch 2".getBytes(StandardCharsets.UTF_8));
            producer.send(Arrays.asList(message("batch 1"), second, message("batch 3 \u00e4")), queue0);
        });
        Steps.step("auto-create", Steps.codes(105, 310), () -> producer.send(new Message("GoldenAuto", "TagA", "created by sending".getBytes(StandardCharsets.UTF_8))));
        for (int i = 0; i < 3; i++) producer.send(new Message(TOPIC, i == 1 ? "TagB" : "TagA", ("second queue " + i).getBytes(StandardCharsets.UTF_8)), queue1);
    }

    private void sendsOldCode() throws Exception {
        producer = new DefaultMQProducer("golden_producer");
        producer.setNamesrvAddr(namesrv);
        producer.setClientIP("127.0.0.1");
        producer.start();
        Steps.step("sync", Steps.codes(10), () -> producer.send(message("sent with code 10"), queue0));
        Steps.step("oneway", Steps.codes(10), () -> producer.sendOneway(message("oneway with code 10"), queue0));
        producer.shutdown();
    }

    private Message message(String body) {
        return new Message(TOPIC, "TagA", body.getBytes(StandardCharsets.UTF_8));
    }

    private void pulls() throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("golden_puller");
        consumer.setNamesrvAddr(namesrv);
        consumer.setClientIP("127.0.0.1");
        consumer.setInstanceName("puller");
        consumer.start();
        consumer.fetchSubscribeMessageQueues(TOPIC);
        Steps.step("found", Steps.codes(11), () -> consumer.pull(queue0, "*", 0, 32));
        Steps.step("tag-found", Steps.codes(11), () -> consumer.pull(queue1, "TagB || TagC", 0, 32));
        Steps.step("tag-no-match", Steps.codes(11), () -> consumer.pull(queue1, "TagZ", 0, 32));
        Steps.step("not-found", Steps.codes(11), () -> consumer.pull(queue1, "*", consumer.maxOffset(queue1), 32));
        Steps.step("offset-moved", Steps.codes(11), () -> consumer.pull(queue1, "*", 1000, 32));
        Steps.step("long-poll", Steps.codes(11), () -> {
            CountDownLatch latch = new CountDownLatch(1);
            consumer.pullBlockIfNotFound(queue1, "*", consumer.maxOffset(queue1), 32, new PullCallback() {
                @Override public void onSuccess(PullResult result) {
                    latch.countDown();
                }

                @Override public void onException(Throwable error) {
                    error.printStackTrace();
                }
            });
            Thread.sleep(500);
            producer.send(message("wakes the long poll"), queue1);
            if (!latch.await(10, TimeUnit.SECONDS)) throw new IllegalStateException("the held pull was not answered");
        });
        Steps.step("max-offset", Steps.codes(30), () -> consumer.maxOffset(queue0));
        Steps.step("min-offset", Steps.codes(31), () -> consumer.minOffset(queue0));
        Steps.step("search-offset", Steps.codes(29), () -> consumer.searchOffset(queue0, System.currentTimeMillis() - 1));
        Steps.step("earliest", Steps.codes(32), () -> consumer.earliestMsgStoreTime(queue0));
        Steps.step("never-committed", Steps.codes(14), () -> consumer.fetchConsumeOffset(queue1, true));
        consumer.updateConsumeOffset(queue0, 3);
        Steps.step("oneway", Steps.codes(15), () -> {
            consumer.getDefaultMQPullConsumerImpl().getOffsetStore().persist(queue0);
            consumer.getDefaultMQPullConsumerImpl().getOffsetStore().persistAll(new java.util.HashSet<>(Arrays.asList(queue0)));
        });
        Steps.step("committed", Steps.codes(14), () -> consumer.getDefaultMQPullConsumerImpl().getOffsetStore().readOffset(queue0, ReadOffsetType.READ_FROM_STORE));
        Steps.step("pull-consumer", Steps.codes(34), () -> producer.getDefaultMQProducerImpl().getmQClientFactory().getMQClientAPIImpl()
            .sendHearbeat(broker, Heartbeats.of("127.0.0.1@puller", "golden_puller", MessageModel.CLUSTERING), 3000));
        Steps.step("consumer", Steps.codes(35), consumer::shutdown);
    }

    private void queries() throws Exception {
        Steps.step("queryMsgById", Steps.codes(33, 300), () -> mqadmin("queryMsgById", "-i", sent.getOffsetMsgId()));
        Steps.step("by-key", Steps.codes(12), () -> mqadmin("queryMsgByKey", "-t", TOPIC, "-k", "OrderID188"));
        Steps.step("by-unique-key", Steps.codes(12), () -> mqadmin("queryMsgByUniqueKey", "-t", TOPIC, "-i", sent.getMsgId()));
        Steps.step("no-such-key", Steps.codes(12), () -> mqadmin("queryMsgByKey", "-t", TOPIC, "-k", "NoSuchKey"));
        Steps.step("topicStatus", Steps.codes(202), () -> mqadmin("topicStatus", "-t", TOPIC));
    }

    private void pushConsumers() throws Exception {
        DefaultMQPushConsumer first = pushConsumer("golden_group", "first", MessageModel.CLUSTERING);
        CountDownLatch consumed = new CountDownLatch(1);
        first.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            consumed.countDown();
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        Steps.step("push-start", Steps.codes(34, 38, 11), () -> {
            first.start();
            if (!consumed.await(30, TimeUnit.SECONDS)) throw new IllegalStateException("nothing consumed");
        });
        DefaultMQPushConsumer second = pushConsumer("golden_group", "second", MessageModel.CLUSTERING);
        second.registerMessageListener((MessageListenerConcurrently) (messages, context) -> ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        Steps.step("second-joins", Steps.codes(40, 38), () -> {
            second.start();
            Thread.sleep(3000);
        });
        Steps.step("push-commit", Steps.codes(15), () -> first.getDefaultMQPushConsumerImpl().persistConsumerOffset());
        new CaptureAdmin(namesrv, broker, producer).whileConsuming("golden_group", first, sent);
        Steps.step("broadcast", Steps.codes(34, 11), () -> {
            DefaultMQPushConsumer broadcast = pushConsumer("golden_broadcast", "broadcast", MessageModel.BROADCASTING);
            CountDownLatch seen = new CountDownLatch(1);
            broadcast.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
                seen.countDown();
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
            broadcast.start();
            if (!seen.await(30, TimeUnit.SECONDS)) throw new IllegalStateException("nothing consumed");
            broadcast.shutdown();
        });
        Steps.step("push-consumer", Steps.codes(35), second::shutdown);
        first.shutdown();
    }

    private DefaultMQPushConsumer pushConsumer(String group, String instance, MessageModel model) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(namesrv);
        consumer.setClientIP("127.0.0.1");
        consumer.setInstanceName(instance);
        consumer.setMessageModel(model);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(TOPIC, "TagA || TagB");
        return consumer;
    }

    private void producerLeaves() throws Exception {
        Steps.step("producer", Steps.codes(35), producer::shutdown);
    }
}
