package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.cni.CniTestBed.CniCall;
import io.enim.examples.agent.cni.CniTestBed.CniError;
import io.enim.examples.agent.testing.InMemoryManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed calls: each is answered with the specification's code, and none of them reaches the manager. */
class CniParametersTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2));

    @AfterEach
    void nothingReachedTheManager() {
        assertThat(bed.manager.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "add", "ADDD", "FLY", "ADD "})
    void unknownCommandIsCode4AndNamesTheVariable(String command) {
        expect(call(command), 4, "CNI_COMMAND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-c1", ".c1", "_c", "c/1", "c 1", "c;1", "../c1", "cé", "$(reboot)", "c\n1"})
    void badContainerIdIsCode4AndNamesTheVariable(String id) {
        for (String command : new String[] {"ADD", "DEL", "CHECK"}) {
            expect(call(command).container(id), 4, "CNI_CONTAINERID");
        }
    }

    @Test
    void overlongContainerIdIsCode4AndShownShortened() {
        CniError error = expect(call("ADD").container("c".repeat(300)), 4, "CNI_CONTAINERID");
        assertThat(error.message()).hasSizeLessThan(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a:b", "a b", "sixteencharacter", "eth%d", "a\tb"})
    void badInterfaceNameIsCode4AndNamesTheVariable(String name) {
        for (String command : new String[] {"ADD", "DEL", "CHECK"}) {
            expect(call(command).ifname(name), 4, "CNI_IFNAME");
        }
    }

    @Test
    void unknownKeysAreCode7AndAllAreNamed() {
        CniError error = expect(
                call("ADD")
                        .config("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"enim\",\"mtuu\":9001,"
                                + "\"ipv6\":false,\"ipam\":{\"subnet\":\"10.0.0.0/8\"}}"),
                7,
                "unknown ipv6, mtuu");
        assertThat(error.toString()).contains("mtu", "whenEmpty");
        expect(
                call("ADD")
                        .config("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"enim\","
                                + "\"ipam\":{\"subnet\":\"10.0.0.0/8\"}}"),
                7,
                "unknown ipam.subnet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1400\"", "67", "65536", "1400.5", "true"})
    void aBadMtuIsCode7AndNamed(String mtu) {
        expect(
                call("ADD").config("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"enim\",\"mtu\":" + mtu + "}"),
                7,
                "mtu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative/path", "nul\0byte"})
    void addNeedsAnAbsoluteNetns(String netns) {
        expect(call("ADD").netns(netns), 4, "CNI_NETNS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "K8S_POD_NAME",
                "=x",
                "K8S_POD_NAME=a;K8S_POD_NAME=b",
                "K8S_POD_NAME=../../etc/passwd",
                "K8S_POD_NAME=a b",
                "K8S_POD_NAMESPACE=a/b;K8S_POD_NAME=c",
                "K8S_POD_NAME=$(reboot)",
                "K8S_POD_INFRA_CONTAINER_ID=another"
            })
    void badArgsAreCode4AndNameTheVariable(String args) {
        expect(call("ADD").args(args), 4, "CNI_ARGS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"text\"",
                "42",
                "{\"cniVersion\":\"1.0.0\",}",
                "{\"cniVersion\":\"1.0.0\"} trailing",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "\u0000\u0001"
            })
    void whatIsNotOneJsonObjectIsCode6(String text) {
        for (String command : new String[] {"ADD", "CHECK", "GC", "STATUS"}) {
            expect(call(command).config(text), 6, "decoded");
        }
    }

    @Test
    void deeplyNestedJsonIsCode6() {
        expect(call("ADD").config("{\"a\":".repeat(5000) + "1" + "}".repeat(5000)), 6, "decoded");
    }

    private CniError expect(CniCall cniCall, int code, String named) {
        CniError error = bed.error(code, cniCall);
        if (!cniCall.config().isEmpty() || code != 6) {
            assertThat(error.message()).as("%s", error).contains(named);
        }
        return error;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0", "0.3.0", "1.2.0", "2.0.0", "1", "", "latest"})
    void unsupportedVersionIsCode1AndListsTheSupported(String version) {
        assertThat(bed.error(1, call("ADD").config(config(version))).details())
                .contains("0.3.1", "0.4.0", "1.0.0", "1.1.0");
    }

    @Test
    void aMissingVersionMeansTheUnversionedReleasesAndIsCode1() {
        bed.error(1, call("ADD").config("{\"name\":\"pods\",\"type\":\"enim\"}"));
    }

    @ParameterizedTest
    @CsvSource({"CHECK,0.3.1", "GC,0.3.1", "GC,0.4.0", "GC,1.0.0", "STATUS,1.0.0", "STATUS,0.3.1"})
    void aCommandThatAVersionDoesNotHaveIsCode1(String command, String version) {
        bed.error(1, call(command).config(config(version)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cniVersion\":\"1.0.0\",\"type\":\"enim\"}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"\"}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a/b\"}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"-a\"}",
                "{\"cniVersion\":\"1.0.0\",\"name\":7}",
                "{\"cniVersion\":1.0,\"name\":\"a\"}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":[]}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":{}}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":[7]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":[{\"gw\":\"10.0.0.1\"}]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":[{\"dst\":\"10.0.0.0\"}]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":[{\"dst\":\"10.0.0.7/8\"}]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":[{\"dst\":\"10.0.0.0/8\",\"gw\":\"::1\"}]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"ipam\":{\"routes\":[{\"dst\":\"example.com/8\"}]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"dns\":{\"nameservers\":\"10.0.0.1\"}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"dns\":{\"search\":[1]}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"prevResult\":{\"ips\":{}}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"a\",\"whenEmpty\":\"never\"}"
            })
    void aConfigurationThatBreaksARuleIsCode7(String text) {
        bed.error(7, call("ADD").config(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ipam\":{\"type\":\"host-local\"} | ipam.type | host-local",
                "\"ipam\":{\"routes\":[{\"dst\":\"10.0.0.0/8\",\"mtu\":1400}]} | ipam.routes[0].mtu | 1400",
                "\"ipam\":{\"routes\":[{\"dst\":\"10.0.0.0/8\",\"table\":7}]} | ipam.routes[0].table | 7",
                "\"runtimeConfig\":{\"ipRanges\":[[{\"subnet\":\"10.0.0.0/8\"}]]} | runtimeConfig.ipRanges | 10.0.0.0/8"
            })
    void anUnsupportedFieldIsCode2AndTheMessageHasKeyAndValue(String field, String key, String value) {
        assertThat(bed.error(2, call("ADD").config(config("1.1.0", field))).message())
                .contains(key, value);
    }

    @Test
    void anErrorIsInTheVersionAskedFor() {
        assertThat(bed.error(call("ADD").config(config("0.4.0")).ifname("")).version())
                .isEqualTo("0.4.0");
        assertThat(bed.error(call("ADD").config("{")).version()).isEqualTo("1.1.0");
    }

    @Test
    void anErrorExitsWithOne() {
        assertThat(bed.answer(call("ADD").ifname("")).exitStatus()).isEqualTo(1);
    }

    @Test
    void controlCharactersOfACallerNeverReachAMessage() {
        assertThat(bed.error(call("ADD").container("a\u001b[2Jb")).message()).doesNotContain("\u001b");
    }
}
