package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.enim.EniException;
import io.enim.emulator.adapter.AdapterFixture;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.NodeIdentity;
import io.enim.provider.ProviderSettings;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * What BCE answers, the same to every request: any JSON, or none. Each call ends with an ENIM error or without one. And what
 * the metadata service says: a region becomes the name of a host, and no other host's.
 */
public final class BceAnswersFuzzTest extends FuzzTarget {
    private static final Answers ANSWERS = new Answers();
    private static final BceSettings SETTINGS = BceSettings.read(
            new ProviderSettings(
                    "bce",
                    Map.of(
                            "metadata", "off",
                            "instance-id", "i-1",
                            "vpc-id", "vpc-1",
                            "zone", "zoneA",
                            "subnets", "sbn-1",
                            "security-groups", "g-1",
                            "endpoint", ANSWERS.endpoint().toString(),
                            "access-key-id", "id",
                            "secret-access-key", "secret"),
                    BceSettings.KEYS),
            Map.of());
    private static final BceNode NODE =
            new BceNode(new NodeIdentity("i-1", "zoneA"), "vpc-1", List.of("sbn-1"), ANSWERS.endpoint());
    private static final BceHttp HTTP = new BceHttp(NODE.endpoint(), SETTINGS.keys(), SETTINGS.callTimeout());
    private static final BceCalls CALLS = new BceCalls(HTTP.client(), HTTP, NODE.endpoint());

    private static final String ENI = "\"eniId\":\"eni-1\",\"name\":\"" + EniNames.name(AdapterFixture.OWNER_TAG, "t")
            + "\",\"subnetId\":\"sbn-1\",\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"inuse\",\"instanceId\":\"i-1\","
            + "\"createdTime\":\"2026-01-02T03:04:05Z\",\"privateIpSet\":[{\"privateIpAddress\":\"10.0.1.8\","
            + "\"primary\":true}],\"ipv6PrivateIpSet\":[{\"privateIpAddress\":\"2001:db8:1::8\"}]";
    private static final String SOUND = "{\"enis\":[{" + ENI + "}],\"isTruncated\":false,\"availableQuantity\":2,"
            + "\"subnet\":{\"subnetId\":\"sbn-1\",\"zoneName\":\"cn-bj-a\",\"cidr\":\"10.0.1.0/24\","
            + "\"ipv6Cidr\":\"2001:db8:1::/64\"}," + ENI + "}";

    @Override
    protected List<byte[]> inputs() {
        return texts(
                SOUND,
                SOUND.replace("\"eniId\":\"eni-1\",", ""),
                SOUND.replace("10.0.1.0/24", "10.0.1"),
                SOUND.replace("10.0.1.8", ":".repeat(20_000) + "x"),
                SOUND.replace("isTruncated\":false", "isTruncated\":true,\"nextMarker\":\"\\u001b[2J\""),
                SOUND.replace("\"availableQuantity\":2", "\"availableQuantity\":2147483647"),
                SOUND.replace("2026-", "+999999999-"),
                "[".repeat(20_000),
                "{\"enis\":" + "[".repeat(900),
                "!{\"code\":\"" + "limit".repeat(20_000) + "\",\"message\":\"\\u001b[2J\",\"requestId\":\"\\u202e\"}",
                "<html/>",
                "",
                "bj",
                "-",
                "evil.example/#",
                "a".repeat(100));
    }

    /** It asks a server of its own. */
    @Override
    protected List<String> detectorsLeftOut() {
        return List.of("com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        ANSWERS.answer = input;
        BceCloud cloud = new BceCloud(SETTINGS, NODE, CALLS, () -> {}, AdapterFixture.OWNER_TAG, Clock.systemUTC());
        readOrRefused(() -> assertThat(cloud.limits().maxEnis()).isNotNegative(), EniException.class);
        readOrRefused(
                () -> assertThat(cloud.describe()).extracting(CloudEni::id).doesNotContain(""), EniException.class);
        readOrRefused(
                () -> assertThat(cloud.create(new CreateRequest("t", AdapterFixture.OWNER_TAG))
                                .id())
                        .isNotEmpty(),
                EniException.class);
        readOrRefused(() -> cloud.attach("eni-1", new AttachRequest("t")), EniException.class);
        readOrRefused(() -> cloud.detach("eni-1"), EniException.class);
        readOrRefused(() -> cloud.delete("eni-1"), EniException.class);
        String region = text(input);
        if (region.matches(BceSettings.REGION)) {
            assertThat(URI.create("https://bcc." + region + ".baidubce.com").getHost())
                    .isEqualTo("bcc." + region + ".baidubce.com");
        }
    }

    /** Answers with the input; one that begins with an exclamation mark is an error. */
    private static final class Answers extends HttpEmulator {
        private volatile byte[] answer = {};

        Answers() {
            super("answers");
            start();
        }

        @Override
        protected void handle(HttpExchange exchange) throws IOException {
            byte[] bytes = answer;
            boolean refuses = bytes.length > 0 && bytes[0] == '!';
            int from = refuses ? 1 : 0;
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(refuses ? 400 : 200, bytes.length == from ? -1 : bytes.length - from);
            exchange.getResponseBody().write(bytes, from, bytes.length - from);
            exchange.getResponseBody().flush();
        }
    }
}
