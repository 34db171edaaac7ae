package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniException;
import io.enim.EniSettings;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.testing.FuzzTarget;
import java.util.List;

/** The form of a request to the agent, as a body and as a query: each is answered, or refused as the caller's error. */
public final class FormFuzzTest extends FuzzTarget {
    private static final List<String> POSTS = List.of("/v1/add", "/v1/check", "/v1/gc", "/v1/del", "/v1/other");
    private static final List<String> GETS = List.of("/v1/timeline", "/v1/status", "/v1/assignments");

    @Override
    protected List<byte[]> inputs() {
        return texts(
                "a=b&c=%20d",
                "a=%",
                "a=%zz",
                "a&a",
                "%00=%ff",
                "a=%u00",
                "name=web&container=c1&interface=eth1&netns=/run/netns/x&routes=10.0.0.0/8@10.1.0.1,::/0&whenEmpty=wait",
                "name=web&netns=%00",
                "name=web&netns=/run/%1b[2J",
                "name=web&routes=" + ":".repeat(300_000) + "x",
                "name=" + "%1b".repeat(30_000),
                "x".repeat(300_000) + "&" + "x".repeat(300_000));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        InMemoryManager manager = InMemoryManager.dualStack(2);
        OperatorApi api = new OperatorApi(
                manager,
                EniSettings.builder("node").build(),
                new NodeHealth(manager),
                Diagnosis.ofThisProcess(),
                () -> "");
        for (String path : POSTS) {
            readOrRefused(
                    () -> assertThat(api.post(path, FormBody.parse(input)).status())
                            .isIn(200, 404),
                    FormBody.MalformedException.class,
                    EniException.class);
        }
        for (String path : GETS) {
            readOrRefused(
                    () -> assertThat(api.get(path, FormBody.parse(input)).status())
                            .isEqualTo(200),
                    FormBody.MalformedException.class,
                    EniException.class);
        }
    }
}
