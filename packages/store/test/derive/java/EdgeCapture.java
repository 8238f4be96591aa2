import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.MessageExtBrokerInner;
import org.apache.rocketmq.store.PutMessageResult;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.stats.BrokerStatsManager;

/**
 * Writes two small stores with Java 4.6.0's own DefaultMessageStore, for what its clients do not send: odd property
 * strings, text that is not ASCII, transaction types, delays, a queue whose first messages are gone.
 * Arguments: an empty folder. Leaves `odd` and `headless` in it; see ../golden/README.md.
 */
public final class EdgeCapture {
    private static final char NAME = MessageDecoder.NAME_VALUE_SEPARATOR;
    private static final char END = MessageDecoder.PROPERTY_SEPARATOR;
    private static final int COMMIT_LOG_FILE = 4096;

    public static void main(String[] args) throws Exception {
        writeOdd(new File(args[0], "odd"));
        writeHeadless(new File(args[0], "headless"));
        System.exit(0);
    }

    private static void writeOdd(File root) throws Exception {
        DefaultMessageStore store = open(root, 20);
        String[] properties = {
            p("TAGS", "TagA") + p("KEYS", "k1 k2"),
            p("TAGS", "\u00e9tiquette-\u6807\u7b7e") + p("KEYS", "\u952e1 cl\u00e9-2 \ud83d\ude00"),
            p("KEYS", "first") + p("KEYS", "second") + p("TAGS", "x") + p("TAGS", "y"),
            "TAGS" + NAME + END + "KEYS" + NAME + "lonely",
            "KEYS" + NAME + "a" + NAME + "b" + END + "TAGS" + NAME + "t" + NAME + NAME + END,
            "KEYS" + END + NAME + "KEYS" + END + p("tags", "lower") + p("XKEYS", "no"),
            p("KEYS", "  a  b ") + p("UNIQ_KEY", "7F00000100001F89AB0000000001"),
            p("KEYS", " "),
            "",
            p("UNIQ_KEY", "u") + p("KEYS", "u u u") + END + END + p("TAGS", "after-empty"),
            p("KEYS", minValueKey("OddTopic#")) + p("TAGS", "polygenelubricants"),
        };
        for (String text : properties) put(store, "OddTopic", 0, 0, text);
        put(store, "Th\u00e9me", 3, 0, p("TAGS", "TagA") + p("KEYS", "k1"));
        for (int type : new int[] {4, 8, 12, 4 | 1, 8 | 1}) put(store, "Transactions", 1, type, p("KEYS", "tran-" + type) + p("TAGS", "T" + type));
        for (int level : new int[] {1, 18, 25}) put(store, "OddTopic", 1, 0, p("DELAY", "" + level) + p("TAGS", "late") + p("KEYS", "late-" + level));
        for (int i = 0; i < 25; i++) put(store, "OddTopic", 2, 0, p("KEYS", "fill-" + i + " fill") + p("TAGS", "T" + i % 3));
        store.shutdown();
    }

    private static void writeHeadless(File root) throws Exception {
        DefaultMessageStore store = open(root, 1000);
        for (int i = 0; i < 60; i++) put(store, "Headless", i % 3 == 0 ? 0 : 1, 0, p("KEYS", "h" + i) + p("TAGS", "T" + i % 2));
        store.shutdown();
        delete(new File(root, "commitlog/00000000000000000000").toPath());
        delete(new File(root, "consumequeue").toPath());
        delete(new File(root, "index").toPath());
        open(root, 1000).shutdown();
    }

    private static DefaultMessageStore open(File root, int maxIndexNum) throws Exception {
        MessageStoreConfig config = new MessageStoreConfig();
        config.setStorePathRootDir(root.getPath());
        config.setStorePathCommitLog(new File(root, "commitlog").getPath());
        config.setMappedFileSizeCommitLog(COMMIT_LOG_FILE);
        config.setMappedFileSizeConsumeQueue(200);
        config.setMaxHashSlotNum(7);
        config.setMaxIndexNum(maxIndexNum);
        config.setMaxMessageSize(2048);
        config.setHaListenPort(0);
        DefaultMessageStore store = new DefaultMessageStore(config, new BrokerStatsManager("capture"),
            (topic, queueId, logicOffset, tagsCode, msgStoreTime, filterBitMap, props) -> { }, new BrokerConfig());
        if (!store.load()) throw new IllegalStateException("load failed");
        store.start();
        return store;
    }

    private static void put(DefaultMessageStore store, String topic, int queueId, int sysFlag, String properties) throws Exception {
        MessageExtBrokerInner message = new MessageExtBrokerInner();
        message.setTopic(topic);
        message.setQueueId(queueId);
        message.setSysFlag(sysFlag);
        message.setBody(("body of " + topic).getBytes("UTF-8"));
        message.setBornTimestamp(System.currentTimeMillis());
        message.setBornHost(new InetSocketAddress("127.0.0.1", 1234));
        message.setStoreHost(new InetSocketAddress("127.0.0.1", 10911));
        MessageDecoder.string2messageProperties(properties).forEach((name, value) -> org.apache.rocketmq.common.message.MessageAccessor.putProperty(message, name, value));
        message.setPropertiesString(properties);
        PutMessageResult result = store.putMessage(message);
        if (!result.isOk()) throw new IllegalStateException(result.toString());
        // Index files are named by the millisecond: two of them must not be made in one.
        Thread.sleep(5);
    }

    /** A key whose text with this prefix has the hash Integer.MIN_VALUE, for which Math.abs is negative. */
    private static String minValueKey(String prefix) {
        int prefixHash = prefix.hashCode();
        char[] key = new char[7];
        return search(key, 0, prefixHash) ? new String(key) : "none";
    }

    private static boolean search(char[] key, int at, int hash) {
        if (at == key.length) return hash == Integer.MIN_VALUE;
        for (char c = 'a'; c <= 'z'; c++) {
            key[at] = c;
            if (search(key, at + 1, 31 * hash + c)) return true;
        }
        return false;
    }

    private static String p(String name, String value) {
        return name + NAME + value + END;
    }

    private static void delete(Path path) throws Exception {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) Files.delete(each);
        }
    }
}
