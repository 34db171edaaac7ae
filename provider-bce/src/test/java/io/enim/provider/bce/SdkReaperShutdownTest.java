package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import com.baidubce.services.eni.EniClient;
import com.baidubce.services.eni.EniClientConfiguration;
import io.enim.provider.EniCloud;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The SDK's thread exists once in a process and does not come back, so each case has a process of its own. On failure
 * see the child's output, which is in the message.
 */
@Tag("slow")
class SdkReaperShutdownTest {
    private static final String REAPER = "java-sdk-http-connection-reaper";

    /** And stays while the host has a client of its own. */
    @ParameterizedTest
    @CsvSource({"alone, all closed: 0", "shared, all closed: 1"})
    void cld42_theSdksThreadEndsWithItsLastUser(String how, String last) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        how)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output).contains("open: 1", "one closed: 1", last);
    }

    /** What runs in the child. */
    static final class Child {
        private Child() {}

        public static void main(String[] how) throws InterruptedException {
            EniClientConfiguration configuration = new EniClientConfiguration();
            configuration.setEndpoint("http://127.0.0.1:9");
            List<EniClient> hosts = how[0].equals("shared") ? List.of(new EniClient(configuration)) : List.of();
            try (BceTestFixture lab = BceTestFixture.small()) {
                EniCloud one = lab.cloud();
                EniCloud other = lab.cloud();
                one.describe();
                other.describe();
                say("open", hosts);
                one.close();
                say("one closed", hosts);
                other.close();
                if (hosts.isEmpty()) {
                    for (Thread reaper : reapers()) {
                        reaper.join(300_000); // At the end of its sleep of 20 s.
                    }
                }
                say("all closed", hosts);
            }
        }

        private static void say(String when, List<EniClient> hosts) {
            System.out.println(when + ": " + reapers().size() + " (clients of the host: " + hosts.size() + ")");
        }

        private static List<Thread> reapers() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.isAlive() && thread.getName().equals(REAPER))
                    .toList();
        }
    }
}
