import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/** Prints every configuration key of RocketMQ 4.6.0 with its type, default and importance: one JSON object a line. */
public class PrintConfigKeys {
    public static void main(String[] args) throws Exception {
        String[] names = {
            "org.apache.rocketmq.common.BrokerConfig",
            "org.apache.rocketmq.store.config.MessageStoreConfig",
            "org.apache.rocketmq.remoting.netty.NettyServerConfig",
            "org.apache.rocketmq.remoting.netty.NettyClientConfig",
            "org.apache.rocketmq.common.namesrv.NamesrvConfig"
        };
        for (String name : names) {
            Class<?> type = Class.forName(name);
            Object object = type.getDeclaredConstructor().newInstance();
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) continue;
                field.setAccessible(true);
                boolean important = false;
                for (Annotation each : field.getAnnotations()) {
                    important |= each.annotationType().getSimpleName().equals("ImportantField");
                }
                Object value = field.get(object);
                System.out.printf("{\"owner\": \"%s\", \"key\": \"%s\", \"type\": \"%s\", \"important\": %b, \"default\": %s}%n",
                    type.getSimpleName(), field.getName(), field.getType().getSimpleName(), important,
                    value == null ? "null" : "\"" + value + "\"");
            }
        }
    }
}
