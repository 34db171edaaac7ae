package io.enim.netlink.internal.device;

import static io.enim.netlink.internal.device.TestHost.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.spi.Netns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Namespaces that the device layer makes and removes. */
class NewNamespaceIT extends EniFixture {
    private final Path path = Path.of("/run/netns/enim-new");

    @AfterEach
    void remove() {
        testHost.devices.removeNamespace(path, TIMEOUT);
    }

    @Test
    void p9_aNewNamespaceHasItsLoopbackUpAndNothingElse() throws Exception {
        testHost.devices.createNamespace(path, TIMEOUT);
        Process shown = new ProcessBuilder("nsenter", "--net=" + path, "cat", "/proc/net/if_inet6", "/proc/net/dev")
                .redirectErrorStream(true)
                .start();
        String text = new String(shown.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).contains("00000000000000000000000000000001").doesNotContain("eth0", eni.name());
        assertThat(host.device(eni.name())).contains(eni);
    }

    @Test
    void anEniMovesIntoANewNamespaceAndFallsBackWhenThatIsRemoved() {
        testHost.devices.createNamespace(path, TIMEOUT);
        try (Netns sandbox = testHost.devices.open(path)) {
            Device inside = testHost.moveIn(eni, sandbox, TestHost.bareLinkConfig("eth0"));
            assertThat(inside.name()).isEqualTo("eth0");
            assertThat(testHost.returnToHost(eni.baseline(), sandbox)).isEqualTo(FROM_SANDBOX_CLEAN);
        }
        testHost.devices.removeNamespace(path, TIMEOUT);
        assertThat(path).doesNotExist();
        assertEniIsOnHostAsAtFirst();
    }

    @Test
    void p16_aNameThatIsTakenIsRefusedAndItsNamespaceStays() {
        testHost.devices.createNamespace(path, TIMEOUT);
        try (TestbedNamespace first = testHost.testbed.openPath(path)) {
            assertRefused(Kind.NAME_TAKEN, () -> testHost.devices.createNamespace(path, TIMEOUT));
            try (TestbedNamespace still = testHost.testbed.openPath(path)) {
                assertThat(still.id()).isEqualTo(first.id());
            }
        }
    }

    @Test
    void p3_p5_removingIsIdempotentAlsoWhereOnlyTheFileIsLeft() throws IOException {
        Files.createFile(path);
        testHost.devices.removeNamespace(path, TIMEOUT);
        assertThat(path).doesNotExist();
        testHost.devices.removeNamespace(path, TIMEOUT);
    }

    /** It may run out of time at any point, or be done before that is noticed. */
    @RepeatedTest(20)
    void p8_whatIsLeftOfACreationWithoutTimeCanBeRemoved() {
        try {
            testHost.devices.createNamespace(path, Duration.ZERO);
        } catch (DeviceException e) {
            assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
        }
        // The kernel may still be mounting it, and then refuses a removal that comes between.
        await().ignoreExceptions().untilAsserted(() -> {
            testHost.devices.removeNamespace(path, TIMEOUT);
            assertThat(path).doesNotExist();
        });
    }
}
