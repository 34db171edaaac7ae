package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.testing.PrometheusText;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of a real agent, as a scraper and a kubelet meet it, and what an operator reads who has set it wrongly. */
@Tag("slow")
class AgentPortTest {
    private static final Pattern ADDRESS = Pattern.compile("metrics and probes on (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path directory;

    private ServedAgent agent;

    @BeforeEach
    void begin() {
        agent = new ServedAgent(directory);
    }

    @AfterEach
    void end() {
        agent.close();
    }

    private static String get(String url) throws IOException {
        try (InputStream in = new URL(url).openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aScraperReadsEveryMetricOfAnAgentThatWorks() throws IOException {
        agent.serve("--set", "agent.http.address=127.0.0.1:0");
        agent.awaitServing();
        assertThat(agent.client().post("/v1/add", "name=cart&whenEmpty=wait").status())
                .isEqualTo(200);
        Matcher logged = ADDRESS.matcher(agent.logged());
        assertThat(logged.find()).isTrue();
        String url = logged.group(1);
        PrometheusText metrics = PrometheusText.parse(get(url + "/metrics"));
        assertThat(metrics.types().keySet())
                .contains("enim_health", "enim_enis", "enim_cloud_call_seconds", "enim_agent_start_time_seconds")
                .allMatch(name -> name.startsWith("enim_"));
        assertThat(metrics.samples())
                .filteredOn(sample -> sample.name().equals("enim_health"))
                .filteredOn(sample -> sample.value() == 1)
                .hasSize(1);
        assertThat(get(url + "/healthz")).isEqualTo("the agent answers\n");
        assertThat(get(url + "/readyz")).containsPattern("^(HEALTHY|DEGRADED)\n");
    }

    private void assertEndsWith(String sentence, String... settings) throws Exception {
        Process process = agent.serve(settings);
        assertThat(process.waitFor(ServedAgent.LONGEST.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(agent.logged()).contains(sentence).doesNotContain("\tat ");
        assertThat(agent.socket()).doesNotExist();
    }

    @Test
    void anAgentThatCannotHaveItsPortEndsAndSaysWhy() throws Exception {
        assertEndsWith("nothing is served to others", "--set", "agent.http.address=0.0.0.0:9464");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertEndsWith(address + " cannot be opened: ", "--set", "agent.http.address=" + address);
        }
        Path token = directory.resolve("token");
        String[] settings = {"--set", "agent.http.address=127.0.0.1:0", "--set", "agent.http.token-file=" + token};
        assertEndsWith(token + " does not exist", settings);
        Files.writeString(token, "");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        assertEndsWith(token + " is empty", settings);
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        assertEndsWith("has the mode rw-r--r--", settings);
    }
}
