import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.serializer.SerializerFeature;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.GetMessageResult;
import org.apache.rocketmq.store.QueryMessageResult;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.stats.BrokerStatsManager;

/**
 * Opens a store with Java's own DefaultMessageStore and prints what it holds, one JSON object a line, in an order
 * that depends on the contents alone: queues, messages, answers to key queries, answers to time queries.
 * Arguments: the broker's properties file, a free port for the HA service. The store is shut down cleanly after.
 */
public final class StoreDump {
    private static final PrintStream OUT = System.out;

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = new FileInputStream(args[0])) {
            properties.load(in);
        }
        MessageStoreConfig config = new MessageStoreConfig();
        MixAll.properties2Object(properties, config);
        config.setHaListenPort(Integer.parseInt(args[1]));
        DefaultMessageStore store = new DefaultMessageStore(config, new BrokerStatsManager("dump"),
            (topic, queueId, logicOffset, tagsCode, msgStoreTime, filterBitMap, props) -> { }, new BrokerConfig());
        if (!store.load()) throw new IllegalStateException("load failed");
        store.start();
        try {
            dump(store, config);
        } finally {
            store.shutdown();
        }
        System.exit(0);
    }

    private static void dump(DefaultMessageStore store, MessageStoreConfig config) throws Exception {
        line("log", "minPhysicalOffset", store.getMinPhyOffset(), "maxPhysicalOffset", store.getMaxPhyOffset());
        Set<String> keys = new TreeSet<>();
        for (String topic : names(new File(config.getStorePathRootDir(), "consumequeue"))) {
            for (String queue : names(new File(config.getStorePathRootDir() + "/consumequeue", topic))) {
                dumpQueue(store, topic, Integer.parseInt(queue), keys);
            }
        }
        for (String topicAndKey : keys) {
            int at = topicAndKey.indexOf('#');
            String topic = topicAndKey.substring(0, at);
            String key = topicAndKey.substring(at + 1);
            QueryMessageResult result = store.queryMessage(topic, key, 64, 0, Long.MAX_VALUE);
            List<Long> offsets = new ArrayList<>();
            for (ByteBuffer buffer : result.getMessageBufferList()) {
                offsets.add(MessageDecoder.decode(buffer.duplicate()).getCommitLogOffset());
            }
            result.release();
            line("query", "topic", topic, "key", key, "physicalOffsets", offsets);
        }
    }

    private static void dumpQueue(DefaultMessageStore store, String topic, int queueId, Set<String> keys) throws Exception {
        long min = store.getMinOffsetInQueue(topic, queueId);
        long max = store.getMaxOffsetInQueue(topic, queueId);
        line("queue", "topic", topic, "queueId", queueId, "minOffset", min, "maxOffset", max);
        Set<Long> times = new LinkedHashSet<>();
        for (long offset = min; offset < max; ) {
            GetMessageResult result = store.getMessage("dump", topic, queueId, offset, 32, null);
            if (result == null || result.getMessageBufferList().isEmpty()) {
                throw new IllegalStateException(topic + " " + queueId + " " + offset + ": " + (result == null ? null : result.getStatus()));
            }
            for (ByteBuffer buffer : result.getMessageBufferList()) {
                MessageExt message = MessageDecoder.decode(buffer.duplicate(), true, false);
                dumpMessage(message);
                times.add(message.getStoreTimestamp());
                offset = message.getQueueOffset() + 1;
                collectKeys(message, keys);
            }
            result.release();
        }
        Set<Long> asked = new TreeSet<>();
        for (long time : times) asked.addAll(Arrays.asList(time - 1, time, time + 1));
        List<Long> sample = new ArrayList<>(asked);
        int step = Math.max(1, sample.size() / 12);
        for (int i = 0; i < sample.size(); i += step) {
            line("time", "topic", topic, "queueId", queueId, "timestamp", sample.get(i),
                "offset", store.getOffsetInQueueByTime(topic, queueId, sample.get(i)));
        }
    }

    private static void dumpMessage(MessageExt message) {
        line("message", "topic", message.getTopic(), "queueId", message.getQueueId(), "queueOffset", message.getQueueOffset(),
            "physicalOffset", message.getCommitLogOffset(), "storeSize", message.getStoreSize(), "flag", message.getFlag(),
            "sysFlag", message.getSysFlag(), "bodyCrc", message.getBodyCRC(), "bornTimestamp", message.getBornTimestamp(),
            "bornHost", host(message.getBornHost().toString()), "storeTimestamp", message.getStoreTimestamp(),
            "storeHost", host(message.getStoreHost().toString()), "reconsumeTimes", message.getReconsumeTimes(),
            "offsetMsgId", MessageDecoder.createMessageId(message.getStoreHost(), message.getCommitLogOffset()),
            "body", hex(message.getBody()), "properties", new TreeMap<>(message.getProperties()));
    }

    private static void collectKeys(MessageExt message, Set<String> keys) {
        String unique = message.getProperty(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
        if (unique != null) keys.add(message.getTopic() + "#" + unique);
        if (message.getKeys() == null) return;
        for (String key : message.getKeys().split(MessageConst.KEY_SEPARATOR)) {
            if (!key.isEmpty()) keys.add(message.getTopic() + "#" + key);
        }
    }

    private static String host(String text) {
        return text.startsWith("/") ? text.substring(1) : text;
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) text.append(String.format("%02x", b & 0xff));
        return text.toString();
    }

    private static String[] names(File folder) {
        String[] names = folder.list();
        if (names == null) return new String[0];
        Arrays.sort(names);
        return names;
    }

    private static void line(String kind, Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", kind);
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
        OUT.println("@dump " + JSON.toJSONString(map, SerializerFeature.WriteMapNullValue));
    }
}
