package io.enim.examples.agent.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.testing.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Calls of the plugin, from the bytes of their frame to the answer. A frame in pieces is the frame in one; a call with any
 * variables and any standard input gets an answer that the plugin takes, and no internal error; the result of an ADD has all of
 * {@code prevResult}.
 */
public final class CniCallFuzzTest extends FuzzTarget {
    private static final List<String> COMMANDS = List.of("ADD", "CHECK", "DEL", "GC", "STATUS", "VERSION");
    private static final List<String> OURS = List.of("cniVersion", "interfaces", "ips", "routes", "dns");
    private static final String POD = "CNI_CONTAINERID=c1\0CNI_NETNS=/run/netns/x\0CNI_IFNAME=eth0\0"
            + "CNI_ARGS=K8S_POD_NAMESPACE=a;K8S_POD_NAME=b\0";
    private static final JSON EXACT =
            JSON.builder().enable(JSON.Feature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    @Override
    protected List<byte[]> inputs() {
        String config = "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"enim\"";
        return texts(
                POD + "\n" + config + "}",
                POD + "\n" + config + ",\"prevResult\":{\"x\":1e400,\"y\":null,\"ips\":[{\"interface\":0.9}]}}",
                POD + "\n" + config
                        + ",\"prevResult\":{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/run/netns/x\"}],"
                        + "\"ips\":[{\"interface\":4294967296,\"address\":\"10.0.0.11/24\"}]}}",
                POD + "\n" + config + ",\"cni.dev/valid-attachments\":null}",
                POD + "\n{\"cniVersion\":\"" + "9".repeat(100_000) + "\"}",
                "CNI_IFNAME=all\0CNI_CONTAINERID=c\0\n" + config + "}",
                "CNI_CONTAINERID=c\0CNI_NETNS=/run/\u001b[2J\0\n" + config + "}",
                "ENI1\0\0\0\1\0\0\0\0\0\0\0\0",
                "ENI1\0\0\0\1\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer frame = ByteBuffer.wrap(input);
        assertThat(CallFrameProperties.read(frame.duplicate(), 3))
                .isEqualTo(CallFrameProperties.read(frame, Integer.MAX_VALUE));
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\n", 2);
        if (parts.length < 2) {
            return;
        }
        InMemoryManager manager = InMemoryManager.dualStack(2);
        CniService service = new CniService(manager, Duration.ofSeconds(30), (command, code, took) -> {});
        for (String command : COMMANDS) {
            String variables = "CNI_COMMAND=" + command + "\0" + parts[0];
            readOrRefused(() -> answer(service, request(variables, parts[1])), CniException.class);
        }
    }

    private static CniRequest request(String variables, String config) {
        byte[] body = (variables + config).getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = FrameClient.frame("ENI1", variables.length(), config.length(), body);
        CallFrame frame = new CallFrame();
        frame.takeHeader(bytes);
        frame.beginBody();
        frame.takeBody(bytes);
        return frame.request();
    }

    private static void answer(CniService service, CniRequest request) throws IOException {
        CniResponse answer = service.answer(request);
        assertThat(answer.code()).as(answer.output()).isNotEqualTo(CniErrorCode.INTERNAL.number());
        assertThat(AnswerFrame.of(answer).remaining()).isLessThan(AnswerFrame.MAX_OUTPUT);
        Map<String, Object> output = answer.output().isEmpty() ? Map.of() : EXACT.mapFrom(answer.output());
        if (!answer.isSuccess()) {
            assertShown(String.valueOf(output.get("msg")));
            assertShown(String.valueOf(output.get("details")));
        } else if (request.command().equals("ADD")
                && EXACT.mapFrom(request.config()).get("prevResult") instanceof Map<?, ?> before) {
            before.forEach((key, value) -> {
                if (!OURS.contains(key)) {
                    assertThat(output).containsEntry((String) key, value);
                }
            });
        }
    }
}
