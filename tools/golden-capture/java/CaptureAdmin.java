import java.util.Arrays;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.filter.FilterAPI;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.protocol.RequestCode;
import org.apache.rocketmq.common.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.common.protocol.body.UnlockBatchRequestBody;
import org.apache.rocketmq.common.protocol.header.GetConsumerListByGroupRequestHeader;
import org.apache.rocketmq.common.protocol.header.PullMessageRequestHeader;
import org.apache.rocketmq.common.protocol.header.QueryConsumerOffsetRequestHeader;
import org.apache.rocketmq.common.protocol.header.SendMessageRequestHeader;
import org.apache.rocketmq.common.protocol.header.SendMessageRequestHeaderV2;
import org.apache.rocketmq.common.protocol.header.UpdateConsumerOffsetRequestHeader;
import org.apache.rocketmq.common.protocol.header.namesrv.RegisterBrokerRequestHeader;
import org.apache.rocketmq.common.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/** The requests of operators' tools, and answers that refuse, through Java's own client API. */
final class CaptureAdmin {
    private static final long TIMEOUT_MS = 5000;
    private static final String TOPIC = CaptureClient.TOPIC;

    private final String namesrv;
    private final String broker;
    private final MQClientAPIImpl api;

    CaptureAdmin(String namesrv, String broker, DefaultMQProducer producer) {
        this.namesrv = namesrv;
        this.broker = broker;
        this.api = producer.getDefaultMQProducerImpl().getmQClientFactory().getMQClientAPIImpl();
    }

    void run(SendResult sent) throws Exception {
        namesrv();
        brokerTables();
        refusals();
        deletions();
    }

    private static int[] codes(int... codes) {
        return codes;
    }

    /** What is answered while a consumer group is online. */
    void whileConsuming(String group, DefaultMQPushConsumer consumer, SendResult sent) throws Exception {
        String clientId = "127.0.0.1@first";
        Steps.step("consumer-connection", codes(203), () -> api.getConsumerConnectionList(broker, group, TIMEOUT_MS));
        Steps.step("producer-connection", codes(204), () -> api.getProducerConnectionList(broker, "golden_producer", TIMEOUT_MS));
        Steps.step("consume-stats", codes(208), () -> api.getConsumeStats(broker, group, TIMEOUT_MS));
        Steps.step("broker-consume-stats", codes(317), () -> api.fetchConsumeStatsInBroker(broker, false, TIMEOUT_MS));
        Steps.step("topic-consumers", codes(300), () -> api.queryTopicConsumeByWho(broker, TOPIC, TIMEOUT_MS));
        Steps.step("time-span", codes(303), () -> api.queryConsumeTimeSpan(broker, TOPIC, group, TIMEOUT_MS));
        Steps.step("running-info", codes(307), () -> api.getConsumerRunningInfo(broker, group, clientId, false, TIMEOUT_MS));
        Steps.step("consume-directly", codes(309), () -> api.consumeMessageDirectly(broker, group, clientId, sent.getOffsetMsgId(), TIMEOUT_MS));
        Steps.step("consumer-status", codes(223, 221), () -> api.invokeBrokerToGetConsumerStatus(broker, TOPIC, group, "", TIMEOUT_MS));
        Steps.step("check-client", codes(46), () -> api.checkClientInBroker(broker, group, clientId, FilterAPI.build(TOPIC, "TagA", "TAG"), TIMEOUT_MS));
        Set<MessageQueue> queues = new HashSet<>(Arrays.asList(new MessageQueue(TOPIC, CaptureClient.BROKER, 0), new MessageQueue(TOPIC, CaptureClient.BROKER, 1)));
        Steps.step("lock", codes(41), () -> {
            LockBatchRequestBody body = new LockBatchRequestBody();
            body.setConsumerGroup(group);
            body.setClientId(clientId);
            body.setMqSet(queues);
            api.lockBatchMQ(broker, body, TIMEOUT_MS);
        });
        Steps.step("unlock", codes(42), () -> {
            UnlockBatchRequestBody body = new UnlockBatchRequestBody();
            body.setConsumerGroup(group);
            body.setClientId(clientId);
            body.setMqSet(queues);
            api.unlockBatchMQ(broker, body, TIMEOUT_MS, false);
        });
        Steps.step("update-offset", codes(15), () -> {
            UpdateConsumerOffsetRequestHeader header = new UpdateConsumerOffsetRequestHeader();
            header.setConsumerGroup("golden_other");
            header.setTopic(TOPIC);
            header.setQueueId(1);
            header.setCommitOffset(2L);
            api.updateConsumerOffset(broker, header, TIMEOUT_MS);
        });
        Steps.step("stats", codes(315), () -> api.viewBrokerStatsData(broker, "TOPIC_PUT_NUMS", TOPIC, TIMEOUT_MS));
        Steps.step("reset-offset", codes(222, 220), () -> api.invokeBrokerToResetOffset(broker, TOPIC, group, 0, true, TIMEOUT_MS));
    }

    private void namesrv() throws Exception {
        Steps.step("put", codes(100), () -> api.putKVConfigValue("golden", "key", "value with = and \u00e9", TIMEOUT_MS));
        Steps.step("get", codes(101), () -> api.getKVConfigValue("golden", "key", TIMEOUT_MS));
        Steps.step("list", codes(219), () -> api.getKVListByNamespace("golden", TIMEOUT_MS));
        Steps.step("delete", codes(102), () -> api.deleteKVConfigValue("golden", "key", TIMEOUT_MS));
        Steps.refused("absent", codes(101), () -> api.getKVConfigValue("golden", "key", TIMEOUT_MS));
        Steps.refused("absent", codes(219), () -> api.getKVListByNamespace("nothing", TIMEOUT_MS));
        Steps.step("system-topics", codes(304, 305), () -> api.getSystemTopicList(TIMEOUT_MS));
        Steps.step("by-cluster", codes(224), () -> api.getTopicsByCluster(CaptureClient.CLUSTER, TIMEOUT_MS));
        Steps.step("unit", codes(311), () -> api.getUnitTopicList(true, TIMEOUT_MS));
        Steps.step("unit-sub", codes(312), () -> api.getHasUnitSubTopicList(true, TIMEOUT_MS));
        Steps.step("unit-sub-ununit", codes(313), () -> api.getHasUnitSubUnUnitTopicList(true, TIMEOUT_MS));
        Steps.step("namesrv-config", codes(319), () -> api.getNameServerConfig(Arrays.asList(namesrv), TIMEOUT_MS));
        Steps.step("namesrv-config-update", codes(318), () -> {
            Properties properties = new Properties();
            properties.setProperty("serverAsyncSemaphoreValue", "65");
            api.updateNameServerConfig(properties, Arrays.asList(namesrv), TIMEOUT_MS);
        });
        Steps.step("wipe-write-perm", codes(205), () -> api.wipeWritePermOfBroker(namesrv, "no-such-broker", TIMEOUT_MS));
        Steps.refused("bad-crc", codes(103), () -> {
            RegisterBrokerRequestHeader header = new RegisterBrokerRequestHeader();
            header.setBrokerAddr("127.0.0.1:1");
            header.setBrokerId(0L);
            header.setBrokerName("broker-x");
            header.setClusterName("x");
            header.setHaServerAddr("127.0.0.1:2");
            header.setBodyCrc32(12345);
            raw(namesrv, RequestCode.REGISTER_BROKER, header, "{}".getBytes());
        });
    }

    private void brokerTables() throws Exception {
        Steps.step("all-topics", codes(21), () -> api.getAllTopicConfig(broker, TIMEOUT_MS));
        Steps.step("all-groups", codes(201), () -> api.getAllSubscriptionGroup(broker, TIMEOUT_MS));
        Steps.step("all-offsets", codes(43), () -> raw(broker, RequestCode.GET_ALL_CONSUMER_OFFSET, null, null));
        Steps.step("broker-config", codes(26), () -> api.getBrokerConfig(broker, TIMEOUT_MS));
        Steps.step("broker-config-update", codes(25), () -> {
            Properties properties = new Properties();
            properties.setProperty("defaultQueryMaxNum", "33");
            api.updateBrokerConfig(broker, properties, TIMEOUT_MS);
        });
        Steps.step("update-group", codes(200), () -> {
            SubscriptionGroupConfig config = new SubscriptionGroupConfig();
            config.setGroupName("golden_created");
            config.setRetryMaxTimes(3);
            config.setConsumeBroadcastEnable(false);
            api.createSubscriptionGroup(broker, config, TIMEOUT_MS);
        });
        Steps.step("correction", codes(308), () -> api.queryCorrectionOffset(broker, TOPIC, "golden_group", new HashSet<>(Arrays.asList("golden_other")), TIMEOUT_MS));
        Steps.step("clone", codes(314), () -> api.cloneGroupOffset(broker, "golden_group", "golden_clone", TOPIC, false, TIMEOUT_MS));
        Steps.step("clean-queues", codes(306), () -> api.cleanExpiredConsumeQueue(broker, TIMEOUT_MS));
        Steps.step("clean-topics", codes(316), () -> api.cleanUnusedTopicByAddr(broker, TIMEOUT_MS));
        Steps.step("consume-queue", codes(321), () -> api.queryConsumeQueue(broker, TOPIC, 0, 0, 10, "golden_group", TIMEOUT_MS));
    }

    private void refusals() throws Exception {
        Steps.refused("topic-absent", codes(310), () -> rawSend("NoSuchTopic", "NoSuchTopicEither", 0));
        Steps.refused("queue-illegal", codes(310), () -> rawSend(TOPIC, "TBW102", 99));
        Steps.refused("topic-reserved", codes(310), () -> rawSend("TBW102", "TBW102", 0));
        Steps.refused("topic-read-only", codes(310), () -> rawSend("GoldenUnit", "TBW102", 0));
        Steps.refused("topic-absent", codes(11), () -> rawPull("golden_group", "NoSuchTopic", 0, 4));
        Steps.refused("queue-illegal", codes(11), () -> rawPull("golden_group", TOPIC, 99, 4));
        Steps.refused("no-subscription", codes(11), () -> rawPull("golden_nobody", TOPIC, 0, 0));
        Steps.refused("none-online", codes(38), () -> {
            GetConsumerListByGroupRequestHeader header = new GetConsumerListByGroupRequestHeader();
            header.setConsumerGroup("golden_nobody");
            raw(broker, RequestCode.GET_CONSUMER_LIST_BY_GROUP, header, null);
        });
        Steps.refused("zero", codes(14), () -> {
            QueryConsumerOffsetRequestHeader header = new QueryConsumerOffsetRequestHeader();
            header.setConsumerGroup("golden_nobody");
            header.setTopic("NoSuchTopic");
            header.setQueueId(0);
            raw(broker, RequestCode.QUERY_CONSUMER_OFFSET, header, null);
        });
        Steps.refused("bad-offset", codes(33), () -> api.viewMessage(broker, 123456789L, TIMEOUT_MS));
        Steps.refused("not-online", codes(203), () -> api.getConsumerConnectionList(broker, "golden_nobody", TIMEOUT_MS));
        Steps.refused("absent", codes(204), () -> api.getProducerConnectionList(broker, "golden_nobody", TIMEOUT_MS));
        Steps.refused("topic-absent", codes(202), () -> api.getTopicStatsInfo(broker, "NoSuchTopic", TIMEOUT_MS));
        Steps.refused("absent", codes(315), () -> api.viewBrokerStatsData(broker, "TOPIC_PUT_NUMS", "NoSuchTopic", TIMEOUT_MS));
        Steps.refused("reserved", codes(17), () -> api.createTopic(broker, "TBW102", new TopicConfig(CaptureClient.CLUSTER), TIMEOUT_MS));
        Steps.refused("no-header", codes(310), () -> raw(broker, RequestCode.SEND_MESSAGE_V2, null, "body".getBytes()));
    }

    private void deletions() throws Exception {
        Steps.step("topic", codes(215), () -> api.deleteTopicInBroker(broker, "GoldenUnit", TIMEOUT_MS));
        Steps.step("topic", codes(216), () -> api.deleteTopicInNameServer(namesrv, "GoldenUnit", TIMEOUT_MS));
        Steps.step("group", codes(207), () -> api.deleteSubscriptionGroup(broker, "golden_created", TIMEOUT_MS));
    }

    private RemotingCommand raw(String address, int code, CommandCustomHeader header, byte[] body) throws Exception {
        RemotingCommand request = RemotingCommand.createRequestCommand(code, header);
        request.setBody(body);
        return api.getRemotingClient().invokeSync(address, request, TIMEOUT_MS);
    }

    private void rawSend(String topic, String defaultTopic, int queueId) throws Exception {
        SendMessageRequestHeader header = new SendMessageRequestHeader();
        header.setProducerGroup("golden_producer");
        header.setTopic(topic);
        header.setDefaultTopic(defaultTopic);
        header.setDefaultTopicQueueNums(4);
        header.setQueueId(queueId);
        header.setSysFlag(0);
        header.setBornTimestamp(System.currentTimeMillis());
        header.setFlag(0);
        header.setProperties("");
        header.setReconsumeTimes(0);
        raw(broker, RequestCode.SEND_MESSAGE_V2, SendMessageRequestHeaderV2.createSendMessageRequestHeaderV2(header), "refused".getBytes());
    }

    private void rawPull(String group, String topic, int queueId, int sysFlag) throws Exception {
        PullMessageRequestHeader header = new PullMessageRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(queueId);
        header.setQueueOffset(0L);
        header.setMaxMsgNums(32);
        header.setSysFlag(sysFlag);
        header.setCommitOffset(0L);
        header.setSuspendTimeoutMillis(0L);
        header.setSubscription("*");
        header.setSubVersion(0L);
        raw(broker, RequestCode.PULL_MESSAGE, header, null);
    }
}
