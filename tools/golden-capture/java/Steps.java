import java.io.BufferedReader;
import java.io.InputStreamReader;

/**
 * Tells the recorder which step begins and which request codes of it are to be kept, and waits for its answer.
 * Line out: "@step NAME CODE CODE …"; line in: anything. A step is named after what its captures are called.
 */
final class Steps {
    interface Body {
        void run() throws Exception;
    }

    private static final BufferedReader IN = new BufferedReader(new InputStreamReader(System.in));
    /** Oneway requests and answers nobody waits for must have passed the recorder before the next step begins. */
    private static final long SETTLE_MS = 150;

    static void step(String name, int[] codes, Body body) throws Exception {
        StringBuilder line = new StringBuilder("\n@step " + name);
        for (int code : codes) line.append(' ').append(code);
        System.out.println(line);
        System.out.flush();
        IN.readLine();
        try {
            body.run();
        } catch (Exception error) {
            System.out.println("\n@failed " + name + " " + error);
            throw error;
        }
        Thread.sleep(SETTLE_MS);
    }

    /** For requests that the server answers with an error, which the Java client turns into an exception. */
    static void refused(String name, int[] codes, Body body) throws Exception {
        step(name, codes, () -> {
            try {
                body.run();
            } catch (Exception expected) {
                System.out.println("refused: " + name + ": " + String.valueOf(expected.getMessage()).split("\n")[0]);
            }
        });
    }

    static int[] codes(int... codes) {
        return codes;
    }
}
