import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.filter.FilterAPI;
import org.apache.rocketmq.common.protocol.heartbeat.ConsumeType;
import org.apache.rocketmq.common.protocol.heartbeat.ConsumerData;
import org.apache.rocketmq.common.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.common.protocol.heartbeat.MessageModel;
import org.apache.rocketmq.common.protocol.heartbeat.ProducerData;

/** A heartbeat with all members filled, built from Java's own classes. */
final class Heartbeats {
    static HeartbeatData of(String clientId, String group, MessageModel model) throws Exception {
        ConsumerData consumer = new ConsumerData();
        consumer.setGroupName(group);
        consumer.setConsumeType(ConsumeType.CONSUME_ACTIVELY);
        consumer.setMessageModel(model);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_TIMESTAMP);
        consumer.getSubscriptionDataSet().add(FilterAPI.buildSubscriptionData(group, CaptureClient.TOPIC, "TagA || TagB"));
        consumer.getSubscriptionDataSet().add(FilterAPI.buildSubscriptionData(group, "GoldenAuto", "*"));
        ProducerData producer = new ProducerData();
        producer.setGroupName("golden_producer");
        HeartbeatData heartbeat = new HeartbeatData();
        heartbeat.setClientID(clientId);
        heartbeat.getConsumerDataSet().add(consumer);
        heartbeat.getProducerDataSet().add(producer);
        return heartbeat;
    }
}
