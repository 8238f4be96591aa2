import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Java's own mqadmin, many commands in one process (a process each takes seconds to start). A line of input is one
 * command, its arguments separated by tabs; "@end" on a line of its own says that all of its output is out.
 * Errors go to standard output too, so that their place among the output is fixed.
 */
public final class AdminShell {
    public static void main(String[] args) throws Exception {
        System.setErr(System.out);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            MQAdminStartup.main0(line.split("\t"), null);
            System.out.println("\n@end");
            System.out.flush();
        }
        System.exit(0);
    }
}
