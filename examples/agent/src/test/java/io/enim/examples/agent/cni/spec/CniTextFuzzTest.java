package io.enim.examples.agent.cni.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniWish;
import io.enim.testing.FuzzTarget;
import java.util.List;

/**
 * What a runtime, and through it a pod's author, passes to the plugin: standard input, {@code CNI_ARGS}, the command. A
 * document that is read is written, and read again, as the same.
 */
public final class CniTextFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return texts(
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"enim\",\"ipam\":{\"routes\":[{\"dst\":\"10.0.0.0/8\"}]}}",
                "{\"name\":\"pods\",\"prevResult\":{\"ips\":[{\"interface\":4294967296,\"address\":\"::/064\"}],\"x\":1e400,\"y\":null}}",
                "{\"cniVersion\":\"" + "\\u001b".repeat(20_000) + "\"}",
                "{\"name\":\"pods\",\"runtimeConfig\":{\"io.kubernetes.cri.pod-annotations\":{\"enim.io/routes\":\""
                        + ":".repeat(300_000) + "x\"}}}",
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"},"
                        + "\"hwaddr\":\"02:00:5e:00:53:01\",\"args\":{\"cni\":{\"ips\":[\"10.0.0.1/8\",\"::1\"]}}}",
                "10.0.3.7, 02:00:5e:00:53:01,eni-1",
                "[".repeat(20_000),
                "{\"a\":" + "[".repeat(20_000),
                "{\"a\":1,\"a\":2}",
                "{\"" + "a".repeat(20_000) + "\":1,\"" + "a".repeat(20_000) + "\":2}",
                "K8S_POD_NAMESPACE=a;K8S_POD_NAME=b;IgnoreUnknown=1",
                "ADD");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        readOrRefused(
                () -> {
                    JsonFields fields = CniJson.read(input);
                    assertThat(CniJson.read(CniJson.write(fields.map()).getBytes(UTF_8))
                                    .map())
                            .isEqualTo(fields.map());
                    NetworkConfig config = NetworkConfig.read(NetworkConfig.version(fields), fields);
                    AddResultWriter.requireReadable(config);
                    config.requireSupportedCapabilities();
                    assertThat(RouteConfig.of(config)).isNotNull();
                    EniWish pods = PodAnnotations.of(config).wish();
                    assertThat(WishedEni.of(config, CniArgs.parse("IP=10.0.0.1"), pods)
                                    .isRequired())
                            .isTrue();
                    assertThat(config.validAttachments()).isNotNull();
                },
                CniException.class);
        readOrRefused(() -> assertThat(CniArgs.parse(text(input)).podName()).isNotEqualTo(""), CniException.class);
        readOrRefused(
                () -> assertThat(WishedEni.named(EniWish.preferred(), "a", text(input))
                                .isEmpty())
                        .isFalse(),
                CniException.class);
        readOrRefused(() -> assertThat(CniCommand.parse(text(input))).isNotNull(), CniException.class);
    }
}
