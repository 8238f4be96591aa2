import com.alibaba.fastjson.JSON;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.common.*;
import org.apache.rocketmq.common.admin.*;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.filter.FilterAPI;
import org.apache.rocketmq.common.message.*;
import org.apache.rocketmq.common.protocol.body.*;
import org.apache.rocketmq.common.protocol.header.*;
import org.apache.rocketmq.common.protocol.heartbeat.*;
import org.apache.rocketmq.common.protocol.route.*;
import org.apache.rocketmq.common.protocol.topic.OffsetMovedEvent;
import org.apache.rocketmq.common.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.remoting.protocol.*;

/**
 * Writes golden files for the codecs that no capture of a running cluster reaches in every form: records with IPv6 hosts,
 * compressed bodies, every JSON body, fastjson's escapes, Java's text of doubles. Each is what Java's own class makes.
 *
 * javac -cp 'LIB/*' -d OUT ProtocolGoldens.java && java -cp 'OUT:LIB/*' ProtocolGoldens TARGET_FOLDER
 * with LIB the jars of org.apache.rocketmq:rocketmq-store:4.6.0 and what it needs.
 */
public class ProtocolGoldens {
  static Path target;

  static void emit(String name, byte[] bytes, String what) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append("# Apache RocketMQ 4.6.0 (rocketmq-common, rocketmq-remoting of Maven Central), fastjson 1.2.61, Java ").append(Runtime.version().feature()).append('\n');
    text.append("# made by packages/remoting-protocol/test/golden/ProtocolGoldens.java\n");
    text.append("# ").append(what).append('\n');
    for (int i = 0; i < bytes.length; i++) {
      text.append(String.format("%02x", bytes[i]));
      if (i % 48 == 47 || i == bytes.length - 1) text.append('\n');
    }
    Files.write(target.resolve(name + ".hex"), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  static void emit(String name, String value, String what) throws Exception {
    emit(name, value.getBytes(StandardCharsets.UTF_8), what);
  }

  static void body(RemotingSerializable value) throws Exception {
    emit("body-" + value.getClass().getSimpleName(), value.encode(), value.getClass().getName() + ".encode()");
  }

  public static void main(String[] args) throws Exception {
    target = Path.of(args[0]);
    Files.createDirectories(target);
    records();
    headers();
    texts();
    bodies();
    registrations();
  }

  static MessageExt message(String bornIp, String storeIp) throws Exception {
    MessageExt message = new MessageExt();
    message.setTopic("constructor");
    message.setQueueId(3);
    message.setFlag(-7);
    message.setQueueOffset(4_294_967_297L);
    message.setCommitLogOffset(1_099_511_627_776L);
    message.setBornTimestamp(1_574_000_000_123L);
    message.setStoreTimestamp(1_574_000_000_456L);
    message.setBornHost(new InetSocketAddress(InetAddress.getByName(bornIp), 54321));
    message.setStoreHost(new InetSocketAddress(InetAddress.getByName(storeIp), 10911));
    message.setReconsumeTimes(2);
    message.setPreparedTransactionOffset(77);
    message.setBody("Hello, Welt äöü 世界".getBytes(StandardCharsets.UTF_8));
    message.setTags("TagA");
    message.setKeys("k1 k2");
    message.putUserProperty("__proto__", "größe");
    MessageAccessor.putProperty(message, MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, "7F0000010A1B18B4AAC216FBC3B40000");
    return message;
  }

  static void record(String name, MessageExt message, boolean compress) throws Exception {
    byte[] stored = compress ? UtilAll.compress(message.getBody(), 5) : message.getBody();
    message.setBodyCRC(UtilAll.crc32(stored));
    emit("record-" + name, MessageDecoder.encode(message, compress), "MessageDecoder.encode; hosts " + message.getBornHost() + " " + message.getStoreHost());
  }

  static void records() throws Exception {
    record("ipv4", message("192.168.1.2", "10.0.0.1"), false);
    MessageExt v6 = message("fe80::1:2", "2001:db8::ff00:42:8329");
    v6.setSysFlag(0x30);
    record("ipv6", v6, false);
    MessageExt mixed = message("fe80::1:2", "10.0.0.1");
    mixed.setSysFlag(0x10);
    record("born-ipv6", mixed, false);
    MessageExt compressed = message("192.168.1.2", "10.0.0.1");
    byte[] large = new byte[5000];
    Arrays.fill(large, (byte) 'x');
    compressed.setBody(large);
    compressed.setSysFlag(1);
    record("compressed", compressed, true);
    List<Message> batch = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Message item = new Message("T", "Tag" + i, "key" + i, ("body " + i).getBytes());
      item.setFlag(i);
      batch.add(item);
    }
    emit("batch-body", MessageDecoder.encodeMessages(batch), "MessageDecoder.encodeMessages of 3 messages");
    InetSocketAddress v4Host = new InetSocketAddress(InetAddress.getByName("192.168.1.2"), 10911);
    emit("message-id-ipv4", MessageDecoder.createMessageId(v4Host, 1_099_511_627_777L), "MessageDecoder.createMessageId of 192.168.1.2:10911 1099511627777");
    InetSocketAddress v6Host = new InetSocketAddress(InetAddress.getByName("2001:db8::ff00:42:8329"), 10911);
    emit("message-id-ipv6", MessageDecoder.createMessageId(v6Host, 5), "MessageDecoder.createMessageId of [2001:db8::ff00:42:8329]:10911 5");
  }

  static RemotingCommand command() {
    RemotingCommand command = RemotingCommand.createRequestCommand(310, null);
    command.setOpaque(2147483647);
    command.setFlag(2);
    command.setLanguage(LanguageCode.GO);
    command.setRemark("line\nquote\"back\\slash\u0000\u0001\u001f\u007f\u009f\u2028\u2029 äöü 世界 \ud83d\ude00/'");
    command.setVersion(333);
    HashMap<String, String> fields = new LinkedHashMap<>();
    fields.put("__proto__", "constructor");
    fields.put("i", "KEYS\u0001k1 k2\u0002TAGS\u0001größe\u0002");
    fields.put("", "");
    fields.put("äöü\t", "-9223372036854775808");
    command.setExtFields(fields);
    command.setBody("body".getBytes());
    return command;
  }

  static void headers() throws Exception {
    RemotingCommand json = command();
    json.setSerializeTypeCurrentRPC(SerializeType.JSON);
    emit("frame-json", json.encode().array(), "RemotingCommand.encode, JSON, all fields set");
    RemotingCommand binary = command();
    binary.setSerializeTypeCurrentRPC(SerializeType.ROCKETMQ);
    emit("frame-rocketmq", binary.encode().array(), "RemotingCommand.encode, ROCKETMQ, all fields set");
    RemotingCommand bare = RemotingCommand.createResponseCommand(0, null);
    bare.setOpaque(0);
    bare.setVersion(333);
    bare.setSerializeTypeCurrentRPC(SerializeType.JSON);
    emit("frame-json-bare", bare.encode().array(), "RemotingCommand.encode, JSON, no remark, no extFields, no body");
    bare.setSerializeTypeCurrentRPC(SerializeType.ROCKETMQ);
    emit("frame-rocketmq-bare", bare.encode().array(), "RemotingCommand.encode, ROCKETMQ, no remark, no extFields, no body");
  }

  static void texts() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int unit = 0; unit < 0x250; unit++) all.append((char) unit);
    all.append("\u2027\u2028\u2029\u202a\ufffe\uffff世\ud83d\ude00");
    emit("fastjson-escapes", JSON.toJSONString(all.toString()), "JSON.toJSONString of U+0000 to U+024F, U+2027 to U+202A, U+FFFE, U+FFFF, U+4E16, U+1F600");
    StringBuilder doubles = new StringBuilder();
    for (double value : new double[] {0, -0.0, 1, -1, 0.5, 0.001, 0.00099, 1e-5, 123456.789, 9999999, 1e7, 12345678.5, 1.5e300, -2.5e-7, 1e21, 1e22, 100, 3.0E10, Double.NaN, Double.POSITIVE_INFINITY})
      doubles.append(value).append(' ').append(JSON.toJSONString(value)).append('\n');
    emit("doubles", doubles.toString(), "Double.toString and JSON.toJSONString");
    StringBuilder hashes = new StringBuilder();
    for (String tag : new String[] {"TagA", "a", "*", "__proto__", "größe", "世界", "polygenelubricants", "\ud83d\ude00", "TopicTest#key"})
      hashes.append(tag).append('\t').append(tag.hashCode()).append('\n');
    emit("hashes", hashes.toString(), "String.hashCode");
    StringBuilder splits = new StringBuilder();
    for (String text : new String[] {"a\u0001b\u0002", "a\u0001b", "a\u0001\u0002c\u0001d\u0002", "\u0001b\u0002", "a\u0001b\u0001\u0002", "a\u0001b\u0001\u0001", "a\u0001b\u0001c\u0002", "a\u0001\u0001\u0002", "", "\u0002\u0002", "a", "a\u0001b\u0002a\u0001c\u0002", "\u0001", "a\u0001 \u0002", "x\u0001\u0001y\u0002"})
      splits.append(hex(text)).append('\t').append(hexMap(MessageDecoder.string2messageProperties(text))).append('\n');
    emit("properties-splits", splits.toString(), "MessageDecoder.string2messageProperties: hex of the text, hex of name=value pairs sorted by name");
    StringBuilder subscriptions = new StringBuilder();
    for (String expression : new String[] {"*", "", "TagA", "TagA || TagB", "a||b||", "|| a", "|||", " a b ||\tc", "a|b"}) {
      SubscriptionData data = FilterAPI.buildSubscriptionData("g", "T", expression);
      subscriptions.append(hex(expression)).append('\t').append(hex(data.getSubString())).append('\t').append(hex(String.join(",", new TreeSet<>(data.getTagsSet())))).append('\t');
      subscriptions.append(new TreeSet<>(data.getCodeSet()).toString().replace(" ", "")).append('\n');
    }
    emit("subscriptions", subscriptions.toString(), "FilterAPI.buildSubscriptionData: hex of expression, subString, tags; codes");
    String tricky = "\ufeff# comment\r\n! other\r\nkey=value\r\n  spaced  :  value with trailing  \r\nnoValue\n=noKey\nlong = one \\\n    two \\\r\n  three\n\\u00e4\\ =\\u4e16 \\t|\na\\=b=c\nd\\:e:f\npath=C:\\\\dir\nblank\\ key value\n\n\t tab\tvalue\nlast=\\";
    Properties properties = new Properties();
    properties.load(new StringReader(tricky.substring(1)));
    Map<String, String> sorted = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) sorted.put(name, properties.getProperty(name));
    emit("properties-text", tricky, "input for java.util.Properties.load, which gets it without the byte order mark");
    emit("properties-text-loaded", JSON.toJSONString(sorted), "what it read, as JSON");
  }

  static String hex(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) out.append(String.format("%02x", b));
    return out.toString();
  }

  static String hexMap(Map<String, String> map) {
    List<String> pairs = new ArrayList<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) pairs.add(hex(entry.getKey()) + "=" + hex(entry.getValue()));
    return String.join(",", pairs);
  }

  static DataVersion version() {
    DataVersion version = new DataVersion();
    version.setTimestamp(1_574_000_000_000L);
    version.getCounter().set(42);
    return version;
  }

  static SubscriptionData subscription() {
    SubscriptionData data = new SubscriptionData("__proto__", "TagA || TagB");
    data.setSubVersion(1_574_000_000_001L);
    data.getTagsSet().add("TagA");
    data.getCodeSet().add("TagA".hashCode());
    return data;
  }

  static MessageQueue queue(int id) {
    return new MessageQueue("TopicTest", "broker-a", id);
  }

  static Connection connection() {
    Connection connection = new Connection();
    connection.setClientId("10.0.0.9@1234");
    connection.setClientAddr("10.0.0.9:50000");
    connection.setLanguage(LanguageCode.GO);
    connection.setVersion(333);
    return connection;
  }

  static TopicConfigSerializeWrapper topics() {
    TopicConfigSerializeWrapper topics = new TopicConfigSerializeWrapper();
    topics.setDataVersion(version());
    TopicConfig topic = new TopicConfig("constructor", 8, 4, 6);
    topic.setTopicFilterType(TopicFilterType.MULTI_TAG);
    topic.setTopicSysFlag(3);
    topic.setOrder(true);
    topics.getTopicConfigTable().put("constructor", topic);
    return topics;
  }

  static void bodies() throws Exception {
    body(version());
    body(topics());
    emit("pretty-topics", topics().toJson(true), "topics.json: TopicConfigSerializeWrapper.toJson(true)");
    SubscriptionGroupWrapper groups = new SubscriptionGroupWrapper();
    groups.setDataVersion(version());
    SubscriptionGroupConfig group = new SubscriptionGroupConfig();
    group.setGroupName("%RETRY%g");
    groups.getSubscriptionGroupTable().put("%RETRY%g", group);
    body(groups);
    emit("body-SubscriptionGroupConfig", RemotingSerializable.encode(group), "RemotingSerializable.encode(SubscriptionGroupConfig)");
    ConsumerOffsetSerializeWrapper offsets = new ConsumerOffsetSerializeWrapper();
    ConcurrentHashMap<Integer, Long> queues = new ConcurrentHashMap<>();
    queues.put(0, 1_099_511_627_776L);
    queues.put(1, 2L);
    offsets.getOffsetTable().put("T@__proto__", queues);
    body(offsets);
    emit("pretty-offsets", offsets.toJson(true), "consumerOffset.json: ConsumerOffsetSerializeWrapper.toJson(true)");
    emit("pretty-offsets-empty", new ConsumerOffsetSerializeWrapper().toJson(true), "the same without groups");
    TopicRouteData route = new TopicRouteData();
    QueueData queueData = new QueueData();
    queueData.setBrokerName("broker-a");
    queueData.setReadQueueNums(8);
    queueData.setWriteQueueNums(4);
    queueData.setPerm(6);
    queueData.setTopicSynFlag(1);
    route.setQueueDatas(new ArrayList<>(List.of(queueData)));
    HashMap<Long, String> addresses = new HashMap<>();
    addresses.put(0L, "10.0.0.1:10911");
    addresses.put(1L, "10.0.0.2:10911");
    BrokerData brokerData = new BrokerData("DefaultCluster", "broker-a", addresses);
    route.setBrokerDatas(new ArrayList<>(List.of(brokerData)));
    route.setFilterServerTable(new HashMap<>(Map.of("10.0.0.1:10911", List.of())));
    body(route);
    emit("pretty-route", route.toJson(true), "TopicRouteData.toJson(true)");
    route.setOrderTopicConf("broker-a:4;broker-b:2");
    emit("body-TopicRouteData-order", route.encode(), "with orderTopicConf");
    ClusterInfo cluster = new ClusterInfo();
    cluster.setBrokerAddrTable(new HashMap<>(Map.of("broker-a", brokerData)));
    cluster.setClusterAddrTable(new HashMap<>(Map.of("DefaultCluster", Set.of("broker-a"))));
    body(cluster);
    KVTable table = new KVTable();
    table.setTable(new HashMap<>(Map.of("toString", "a\u0001\"b")));
    body(table);
    TopicList list = new TopicList();
    list.setTopicList(new HashSet<>(Set.of("constructor")));
    list.setBrokerAddr("10.0.0.1:10911");
    body(list);
    GroupList groupList = new GroupList();
    groupList.setGroupList(new HashSet<>(Set.of("g")));
    body(groupList);
    HeartbeatData heartbeat = new HeartbeatData();
    heartbeat.setClientID("10.0.0.9@1234");
    ProducerData producer = new ProducerData();
    producer.setGroupName("p");
    heartbeat.getProducerDataSet().add(producer);
    ConsumerData consumer = new ConsumerData();
    consumer.setGroupName("c");
    consumer.setConsumeType(ConsumeType.CONSUME_PASSIVELY);
    consumer.setMessageModel(MessageModel.CLUSTERING);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
    consumer.getSubscriptionDataSet().add(subscription());
    consumer.setUnitMode(true);
    heartbeat.getConsumerDataSet().add(consumer);
    body(heartbeat);
    CheckClientRequestBody check = new CheckClientRequestBody();
    check.setClientId("id");
    check.setGroup("g");
    check.setSubscriptionData(subscription());
    body(check);
    ConsumerConnection consumers = new ConsumerConnection();
    consumers.getConnectionSet().add(connection());
    consumers.getSubscriptionTable().put("__proto__", subscription());
    consumers.setConsumeType(ConsumeType.CONSUME_ACTIVELY);
    consumers.setMessageModel(MessageModel.BROADCASTING);
    consumers.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_TIMESTAMP);
    body(consumers);
    ProducerConnection producers = new ProducerConnection();
    producers.getConnectionSet().add(connection());
    body(producers);
    GetConsumerListByGroupResponseBody ids = new GetConsumerListByGroupResponseBody();
    ids.setConsumerIdList(List.of("a@1", "b@2"));
    body(ids);
    TopicStatsTable stats = new TopicStatsTable();
    TopicOffset topicOffset = new TopicOffset();
    topicOffset.setMinOffset(1);
    topicOffset.setMaxOffset(1_099_511_627_776L);
    topicOffset.setLastUpdateTimestamp(1_574_000_000_000L);
    stats.getOffsetTable().put(queue(0), topicOffset);
    body(stats);
    emit("pretty-stats", stats.toJson(true), "TopicStatsTable.toJson(true)");
    ConsumeStats consumeStats = new ConsumeStats();
    OffsetWrapper offset = new OffsetWrapper();
    offset.setBrokerOffset(10);
    offset.setConsumerOffset(7);
    offset.setLastTimestamp(1_574_000_000_000L);
    consumeStats.getOffsetTable().put(queue(1), offset);
    consumeStats.setConsumeTps(12345678.5);
    body(consumeStats);
    ConsumeStatsList statsList = new ConsumeStatsList();
    statsList.setConsumeStatsList(List.of(Map.of("g", List.of(consumeStats))));
    statsList.setBrokerAddr("10.0.0.1:10911");
    statsList.setTotalDiff(3);
    body(statsList);
    LockBatchRequestBody lock = new LockBatchRequestBody();
    lock.setConsumerGroup("g");
    lock.setClientId("c");
    lock.getMqSet().add(queue(2));
    body(lock);
    UnlockBatchRequestBody unlock = new UnlockBatchRequestBody();
    unlock.setConsumerGroup("g");
    unlock.setClientId("c");
    unlock.getMqSet().add(queue(2));
    body(unlock);
    LockBatchResponseBody locked = new LockBatchResponseBody();
    locked.getLockOKMQSet().add(queue(2));
    body(locked);
    ResetOffsetBody reset = new ResetOffsetBody();
    reset.setOffsetTable(new HashMap<>(Map.of(queue(3), 99L)));
    body(reset);
    ResetOffsetBodyForC resetC = new ResetOffsetBodyForC();
    resetC.setOffsetTable(List.of(new MessageQueueForC("TopicTest", "broker-a", 3, 99)));
    body(resetC);
    GetConsumerStatusBody status = new GetConsumerStatusBody();
    status.setMessageQueueTable(new HashMap<>(Map.of(queue(3), 99L)));
    status.setConsumerTable(new HashMap<>(Map.of("c@1", Map.of(queue(4), 100L))));
    body(status);
    OffsetMovedEvent moved = new OffsetMovedEvent();
    moved.setConsumerGroup("g");
    moved.setMessageQueue(queue(0));
    moved.setOffsetRequest(5);
    moved.setOffsetNew(6);
    body(moved);
    ConsumerRunningInfo running = new ConsumerRunningInfo();
    running.getProperties().put("PROP_CONSUME_TYPE", "CONSUME_PASSIVELY");
    running.getSubscriptionSet().add(subscription());
    ProcessQueueInfo processQueue = new ProcessQueueInfo();
    processQueue.setCommitOffset(5);
    processQueue.setDroped(true);
    running.getMqTable().put(queue(0), processQueue);
    ConsumeStatus consumeStatus = new ConsumeStatus();
    consumeStatus.setPullRT(0.5);
    consumeStatus.setConsumeFailedMsgs(3);
    running.getStatusTable().put("TopicTest", consumeStatus);
    running.setJstack("at x\n\tat y");
    body(running);
    ConsumeMessageDirectlyResult result = new ConsumeMessageDirectlyResult();
    result.setConsumeResult(CMResult.CR_THROW_EXCEPTION);
    result.setRemark("java.lang.Exception");
    result.setSpentTimeMills(12);
    body(result);
    BrokerStatsData broker = new BrokerStatsData();
    BrokerStatsItem item = new BrokerStatsItem();
    item.setSum(10);
    item.setTps(0.001);
    item.setAvgpt(1e-5);
    BrokerStatsItem hour = new BrokerStatsItem();
    hour.setTps(1.0E10);
    broker.setStatsMinute(item);
    broker.setStatsHour(hour);
    broker.setStatsDay(new BrokerStatsItem());
    body(broker);
    body(new QueryConsumeQueueResponseBody());
    QueryConsumeTimeSpanBody spans = new QueryConsumeTimeSpanBody();
    QueueTimeSpan span = new QueueTimeSpan();
    span.setMessageQueue(queue(0));
    span.setMinTimeStamp(1_574_000_000_000L);
    span.setMaxTimeStamp(1_574_000_001_000L);
    span.setConsumeTimeStamp(1_574_000_000_500L);
    span.setDelayTime(7);
    spans.setConsumeTimeSpanSet(List.of(span));
    body(spans);
    QueryCorrectionOffsetBody correction = new QueryCorrectionOffsetBody();
    correction.setCorrectionOffsets(new HashMap<>(Map.of(0, 5L, 1, 6L)));
    body(correction);
    AclConfig acl = new AclConfig();
    PlainAccessConfig account = new PlainAccessConfig();
    account.setAccessKey("rocketmq");
    account.setAdmin(true);
    account.setTopicPerms(List.of("T=PUB|SUB"));
    acl.setGlobalWhiteAddrs(List.of("10.0.0.*"));
    acl.setPlainAccessConfigs(List.of(account));
    emit("body-AclConfig", RemotingSerializable.encode(acl), "RemotingSerializable.encode(AclConfig)");
  }

  static void registrations() throws Exception {
    RegisterBrokerBody registration = new RegisterBrokerBody();
    registration.setTopicConfigSerializeWrapper(topics());
    registration.setFilterServerList(List.of("10.0.0.1:1"));
    body(registration);
    emit("body-RegisterBrokerBody-compressed", registration.encode(true), "RegisterBrokerBody.encode(true)");
    Map<String, Object> shared = new LinkedHashMap<>();
    BrokerData data = new BrokerData("c", "b", new HashMap<>(Map.of(0L, "1.1.1.1:1")));
    shared.put("brokerDatas", List.of(data, data));
    emit("fastjson-reference", JSON.toJSONString(shared), "a list that holds one object twice");
  }
}
