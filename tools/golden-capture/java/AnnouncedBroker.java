import java.lang.reflect.Field;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.broker.BrokerStartup;
import org.apache.rocketmq.remoting.netty.NettyRemotingServer;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;

/**
 * The unmodified broker, except that it listens on -Dgolden.realPort while it announces (to name servers, in message
 * ids, as store host) its configured listenPort. A recording proxy sits on the announced port, so every client finds
 * the proxy by itself.
 */
public final class AnnouncedBroker {
    public static void main(String[] args) throws Exception {
        BrokerController controller = BrokerStartup.createBrokerController(args);
        NettyServerConfig listening = (NettyServerConfig) controller.getNettyServerConfig().clone();
        listening.setListenPort(Integer.getInteger("golden.realPort"));
        Field config = NettyRemotingServer.class.getDeclaredField("nettyServerConfig");
        config.setAccessible(true);
        config.set(controller.getRemotingServer(), listening);
        BrokerStartup.start(controller);
    }
}
