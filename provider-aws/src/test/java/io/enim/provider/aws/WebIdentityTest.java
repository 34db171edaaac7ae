package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.enim.emulator.http.HttpEmulator;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who signs, where a role was given by the environment and the metadata service hands out the node's role besides. The
 * environment is that of a process, so each case has one of its own.
 */
@Tag("slow")
class WebIdentityTest {
    private static final String STS_KEYS = """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIASERVICEACCOUNT</AccessKeyId>
            <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>""";
    private static final String STS_REFUSAL = """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
            <Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error>
            <RequestId>r</RequestId></ErrorResponse>""";
    private static final String NODE_KEYS = """
            {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIANODEROLE","SecretAccessKey":"s","Token":"t",\
            "Expiration":"2099-01-01T00:00:00Z"}""";

    @TempDir
    Path home;

    private volatile boolean stsRefuses;
    private final Amazon amazon = new Amazon();

    /** The metadata service, which has the node's role, and STS. */
    private final class Amazon extends HttpEmulator {
        Amazon() {
            super("amazon");
            start();
        }

        @Override
        protected void handle(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            exchange.getRequestBody().readAllBytes();
            record(exchange.getRequestMethod() + " " + path);
            if (exchange.getRequestMethod().equals("POST")) {
                send(exchange, stsRefuses ? 403 : 200, "text/xml", stsRefuses ? STS_REFUSAL : STS_KEYS);
            } else if (path.endsWith("/api/token")) {
                send(exchange, 200, "text/plain", "token");
            } else if (path.matches(".*/security-credentials(-extended)?/")) {
                send(exchange, 200, "text/plain", "node-role");
            } else if (path.contains("security-credentials")) {
                send(exchange, 200, "application/json", NODE_KEYS);
            } else {
                send(exchange, 404, "text/plain", "");
            }
        }
    }

    @AfterEach
    void close() {
        amazon.close();
    }

    private Map<String, String> serviceAccount() throws IOException {
        Path token = Files.writeString(home.resolve("token"), "header.payload.signature");
        return Map.of(
                "AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/enim-agent",
                "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
                "AWS_ENDPOINT_URL_STS", amazon.endpoint().toString());
    }

    private String whoSigns(Map<String, String> environment, String withoutJarsLike) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> withoutJarsLike.isEmpty()
                        || !Path.of(entry).getFileName().toString().matches(withoutJarsLike))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Duser.home=" + home,
                        "-cp",
                        classPath,
                        Child.class.getName())
                .redirectErrorStream(true);
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOME", home.toString());
        all.put("AWS_REGION", "us-east-1");
        all.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", amazon.endpoint().toString());
        child.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        child.environment().putAll(all);
        Process process = child.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return output;
    }

    @Test
    void theRoleOfTheServiceAccountSigns() throws Exception {
        assertThat(whoSigns(serviceAccount(), "")).contains("signs: ASIASERVICEACCOUNT");
        assertThat(amazon.requests()).containsOnly("POST /");
    }

    @Test
    void aRoleThatIsRefusedIsAnErrorAndTheNodesRoleIsNotAskedFor() throws Exception {
        stsRefuses = true;
        assertThat(whoSigns(serviceAccount(), ""))
                .contains("refused: ", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
        assertThat(amazon.requests()).containsOnly("POST /");
    }

    @Test
    void aModuleThatIsMissingIsNamedAtTheStart() throws Exception {
        assertThat(whoSigns(serviceAccount(), "sts-[0-9].*"))
                .contains("refused: ", "AWS_WEB_IDENTITY_TOKEN_FILE", "software.amazon.awssdk:sts");
        assertThat(amazon.requests()).isEmpty();
    }

    @Test
    void aContainersAgentThatFailsIsAnErrorAndTheNodesRoleIsNotAskedFor() throws Exception {
        String nothing = amazon.endpoint() + "/pod-identity";
        assertThat(whoSigns(Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", nothing), ""))
                .contains("refused: ");
        assertThat(amazon.requests()).containsOnly("GET /pod-identity");
    }

    @Test
    void aProfileThatDoesNotExistIsAnError() throws Exception {
        assertThat(whoSigns(Map.of("AWS_PROFILE", "prod"), "")).contains("refused: ", "prod");
        assertThat(amazon.requests()).isEmpty();
    }

    @Test
    void withoutAnyOtherSourceTheNodesRoleSigns() throws Exception {
        assertThat(whoSigns(Map.of(), "")).contains("signs: ASIANODEROLE");
    }

    /** What runs in the child: the source as the adapter chooses and asks it. */
    static final class Child {
        private Child() {}

        public static void main(String[] none) {
            try {
                System.out.println("signs: "
                        + CredentialsSource.choose()
                                .provider()
                                .resolveCredentials()
                                .accessKeyId());
            } catch (RuntimeException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }
}
