package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.EniCloud;
import io.enim.provider.ProviderSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a model with rules would never give: new words, missing fields, pages that do not end. */
class UnexpectedResponsesTest {
    private static final String SUBNET = """
            {"subnet":{"subnetId":"sbn-1","zoneName":"cn-bj-a","cidr":"10.0.1.0/24","somethingNew":{"a":[1]}}}""";

    private final AtomicReference<String> enis = new AtomicReference<>("{\"enis\":[],\"isTruncated\":false}");
    private final AtomicInteger lists = new AtomicInteger();
    private HttpServer server;
    private EniCloud cloud;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean subnet = exchange.getRequestURI().getPath().contains("/subnet/");
            if (!subnet) {
                lists.incrementAndGet();
            }
            byte[] bytes = (subnet ? SUBNET : enis.get()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        Map<String, String> settings = Map.of(
                "instance-id", "i-1",
                "vpc-id", "vpc-1",
                "zone", "zoneA",
                "subnets", "sbn-1",
                "security-groups", "g-1",
                "metadata", "off",
                "endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
                "access-key-id", "ak",
                "secret-access-key", "sk");
        cloud = BceCloudFactory.open(
                new ProviderSettings("bce", settings, BceSettings.KEYS),
                Map.of(),
                BceTestFixture.OWNER_TAG,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        cloud.close();
        server.stop(0);
    }

    private void setEni(String fields) {
        enis.set("{\"enis\":[{\"eniId\":\"eni-1\",\"name\":\"" + EniNames.name(BceTestFixture.OWNER_TAG, "t")
                + "\",\"subnetId\":\"sbn-1\"," + fields + "}],\"isTruncated\":false,\"new\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "available,AVAILABLE",
        "attaching,ATTACHING",
        "inuse,ATTACHED",
        "InUse,ATTACHED",
        "detaching,DETACHING",
        "unavailable,OTHER",
        "borrowed,OTHER",
        "'',OTHER"
    })
    void cld03_anUnknownStatusIsOther(String text, Status status) {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"" + text + "\"");
        assertThat(cloud.describe())
                .singleElement()
                .extracting(CloudEni::status)
                .isEqualTo(status);
    }

    @Test
    void aFreeEniThatStillNamesItsLastInstanceIsAttachedToNone() {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"available\",\"instanceId\":\"i-1\"");
        assertThat(cloud.describe())
                .singleElement()
                .satisfies(eni -> assertThat(eni.instanceId()).isEmpty());
    }

    @Test
    void cld12_anEniWithoutMacIsLeftOutUntilItHasOneAndThenStays() {
        setEni("\"status\":\"available\",\"macAddress\":\"\"");
        assertThat(cloud.describe()).isEmpty();
        setEni("\"status\":\"available\",\"macAddress\":\"fa:28:00:15:6a:34\"");
        assertThat(cloud.describe()).hasSize(1);
        setEni("\"status\":\"attaching\",\"macAddress\":\"\"");
        assertThat(cloud.describe())
                .singleElement()
                .extracting(CloudEni::mac)
                .isEqualTo(MacAddress.parse("fa:28:00:15:6a:34"));
    }

    @Test
    void anAddressOutsideItsSubnetIsLeftOutAndTheEniStays() {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"inuse\",\"instanceId\":\"i-1\","
                + "\"privateIpSet\":[{\"privateIpAddress\":\"10.9.9.9\"}],"
                + "\"ipv6PrivateIpSet\":[{\"privateIpAddress\":\"2001:db8::7\"}]");
        assertThat(cloud.describe()).singleElement().satisfies(eni -> {
            assertThat(eni.ipv4()).isEmpty();
            assertThat(eni.ipv6()).isEmpty();
        });
    }

    @Test
    void thePrimaryAddressIsTheOneCalledSo() {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"available\",\"privateIpSet\":["
                + "{\"privateIpAddress\":\"10.0.1.8\"},{\"privateIpAddress\":\"10.0.1.9\",\"primary\":true}]");
        assertThat(cloud.describe())
                .singleElement()
                .satisfies(eni -> assertThat(eni.ipv4().orElseThrow().address().getHostAddress())
                        .isEqualTo("10.0.1.9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"enis\":[],\"isTruncated\":true,\"nextMarker\":\"same\"}",
                "{\"enis\":[],\"isTruncated\":true,\"nextMarker\":\"\"}",
                "{\"enis\":[],\"isTruncated\":true}"
            })
    void cld01_pagesThatLeadNowhereAreAnError(String page) {
        enis.set(page);
        assertThatThrownBy(cloud::describe)
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("not complete");
        assertThat(lists.get()).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"enis\":null}", "[]", "\"enis\"", "<html/>"})
    void cld01_anAnswerWithoutAListIsNotAnEmptyList(String answer) {
        enis.set(answer);
        assertThatThrownBy(cloud::describe)
                .isInstanceOfSatisfying(
                        RetryableProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.UNAVAILABLE));
    }
}
