package io.enim.provider.bce;

import static io.enim.emulator.adapter.AdapterFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.emulator.adapter.AdapterFixture;
import io.enim.emulator.http.HttpEmulator;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.EniCloud;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a model with rules would never give: new words, missing fields, pages that do not end. */
class UnexpectedResponsesTest {
    private static final String SUBNET = """
        {"subnet":{"subnetId":"sbn-1","zoneName":"cn-bj-a","cidr":"10.0.1.0/24","somethingNew":{"a":[1]}}}\
        """;

    private final AtomicReference<String> enis = new AtomicReference<>("{\"enis\":[],\"isTruncated\":false}");
    private final BceTestFixture lab = BceTestFixture.small();
    private final Answers answers = new Answers();
    private final EniCloud cloud =
            lab.cloud(Map.of("endpoint", answers.endpoint().toString()));

    /** Answers to lists what is set, and to everything else the subnet. */
    private final class Answers extends HttpEmulator {
        Answers() {
            super("answers");
            start();
        }

        @Override
        protected void handle(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            record(path);
            send(exchange, 200, "application/json", path.contains("/subnet/") ? SUBNET : enis.get());
        }
    }

    @AfterEach
    void close() {
        lab.close();
        answers.close();
    }

    private void setEni(String fields) {
        enis.set("{\"enis\":[{\"eniId\":\"eni-1\",\"name\":\"" + EniNames.name(AdapterFixture.OWNER_TAG, "t")
                + "\",\"subnetId\":\"sbn-1\"," + fields + "}],\"isTruncated\":false,\"new\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "available,AVAILABLE",
        "attaching,ATTACHING",
        "inuse,ATTACHED",
        "InUse,ATTACHED",
        "detaching,DETACHING",
        "binding,ATTACHING",
        "unbinding,DETACHING",
        "unavailable,OTHER",
        "borrowed,OTHER",
        "'',OTHER"
    })
    void cld03_anUnknownStatusIsOther(String text, Status status) {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"" + text + "\"");
        assertThat(cloud.describe()).extracting(CloudEni::status).containsExactly(status);
    }

    @Test
    void aFreeEniThatStillNamesItsLastInstanceIsAttachedToNone() {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"available\",\"instanceId\":\"i-emulated\"");
        assertThat(cloud.describe()).extracting(CloudEni::instanceId).containsExactly(Optional.empty());
    }

    @Test
    void cld12_anEniWithoutMacIsLeftOutUntilItHasOneAndThenStays() {
        setEni("\"status\":\"available\",\"macAddress\":\"\"");
        assertThat(cloud.describe()).isEmpty();
        setEni("\"status\":\"available\",\"macAddress\":\"fa:28:00:15:6a:34\"");
        assertThat(cloud.describe()).hasSize(1);
        setEni("\"status\":\"attaching\",\"macAddress\":\"\"");
        assertThat(cloud.describe()).extracting(CloudEni::mac).containsExactly(MacAddress.parse("fa:28:00:15:6a:34"));
    }

    @Test
    void anAddressOutsideItsSubnetIsLeftOutAndTheEniStays() {
        setEni("\"macAddress\":\"fa:28:00:15:6a:34\",\"status\":\"inuse\",\"instanceId\":\"i-emulated\","
                + "\"privateIpSet\":[{\"privateIpAddress\":\"10.9.9.9\"}],"
                + "\"ipv6PrivateIpSet\":[{\"privateIpAddress\":\"2001:db8::7\"}]");
        assertThat(cloud.describe())
                .singleElement()
                .matches(eni -> eni.ipv4().isEmpty() && eni.ipv6().isEmpty());
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
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, cloud::describe)
                .hasMessageContaining("not complete");
        assertThat(answers.requests()).filteredOn("/v1/eni"::equals).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"enis\":null}", "[]", "\"enis\"", "<html/>"})
    void cld01_anAnswerWithoutAListIsNotAnEmptyList(String answer) {
        enis.set(answer);
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, cloud::describe);
    }

    @Test
    void anEniWithoutAnIdIsAnErrorOfTheWholeList() {
        enis.set("{\"enis\":[{\"name\":\"x\"}],\"isTruncated\":false}");
        refused(RetryableProviderException.class, Refusal.UNAVAILABLE, cloud::describe)
                .hasMessageContaining("has no eniId");
    }
}
