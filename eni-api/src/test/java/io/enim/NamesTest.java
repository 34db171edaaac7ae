package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "eth/0",
                "eth 0",
                "eth:0",
                "eth%d",
                "sixteen-bytes-xx",
                "äääääääää",
                "a\u0000",
                "\u00e0",
                "a\u00a0b"
            })
    void interfaceNamesFollowTheKernel(String name) {
        assertThatThrownBy(() -> new InterfaceName(name)).hasMessageContaining("interface name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "fifteen-bytes-x", "a", "...", "net-1_2@x"})
    void interfaceNamesThatTheKernelTakes(String name) {
        assertThat(new InterfaceName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".", "a/b", "a b", "a\nb", "ä", "$(id)"})
    void endpointNamesArePlain(String name) {
        assertThatThrownBy(() -> Endpoint.of("default", name)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Endpoint.of(name, "web")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void twoLivesAreTwoEndpoints() {
        Endpoint first = Endpoint.of("default", "web", "c1");
        assertThat(first).isNotEqualTo(Endpoint.of("default", "web", "c2"));
        assertThat(first.isNamed("default", "web")).isTrue();
    }

    @Test
    void refusedValuesAreShownShortAndPrintable() {
        assertThatThrownBy(() -> new InterfaceName("x".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        assertThatThrownBy(() -> new InterfaceName("a\nb")).hasMessageContaining("a\\u000ab");
    }

    @Test
    void requestsAreChecked() {
        assertThatThrownBy(request().netns(Path.of("run/netns/x"))::build).hasMessageContaining("absolute");
        assertThatThrownBy(request().timeout(Duration.ZERO)::build).hasMessageContaining("must be positive");
        AddRequest.Builder many = request();
        AddRequest built = many.build();
        for (int i = 0; i < 257; i++) {
            many.route(Route.to(Cidr.parse("10.0.0.0/8")));
        }
        assertThat(built.routes()).as("a built request does not change").isEmpty();
        assertThatThrownBy(many::build).hasMessageContaining("at most 256");
    }

    private static AddRequest.Builder request() {
        return AddRequest.forEndpoint(Endpoint.of("default", "web"));
    }
}
