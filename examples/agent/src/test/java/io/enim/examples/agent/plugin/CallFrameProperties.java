package io.enim.examples.agent.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniRequest;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class CallFrameProperties {
    private static final int MAX_BYTES = 1 << 16;

    /** What the agent makes of these bytes when they arrive in pieces of this size. */
    static String read(ByteBuffer bytes, int piece) {
        CallFrame frame = new CallFrame();
        boolean begun = false;
        try {
            while (bytes.hasRemaining()) {
                ByteBuffer next = bytes.slice(bytes.position(), Math.min(piece, bytes.remaining()));
                bytes.position(bytes.position() + next.remaining());
                if (!frame.takeHeader(next)) {
                    continue;
                }
                if (frame.bodyLength() > MAX_BYTES) {
                    return "too long";
                }
                if (!begun) {
                    frame.beginBody();
                    begun = true;
                }
                if (frame.takeBody(next)) {
                    return text(frame.request()) + " and more: " + (next.hasRemaining() || bytes.hasRemaining());
                }
            }
            return "incomplete";
        } catch (CniException e) {
            return e.code() + " " + e.getMessage();
        }
    }

    private static String text(CniRequest request) {
        return String.join("|", request.command(), request.containerId(), request.netns(), request.ifname())
                + request.args()
                + new String(request.config(), UTF_8);
    }

    @Property
    void whatACallSaysDoesNotDependOnItsPieces(
            @ForAll @StringLength(max = 20) String container, @ForAll @IntRange(min = 1, max = 40) int piece) {
        String safe = container.replace("\0", "");
        ByteBuffer call = FrameClient.call("ADD", safe, "{}");
        String expected = "ADD|" + new String(safe.getBytes(UTF_8), UTF_8) + "|/run/netns/x|eth0{}";
        assertThat(read(call.duplicate(), piece)).isEqualTo(expected + " and more: false");
        assertThat(read(call, Integer.MAX_VALUE)).isEqualTo(expected + " and more: false");
    }

    @Property
    void p19_anyBytesAreRefusedOrReadTheSameWay(
            @ForAll @Size(max = 64) List<Byte> body,
            @ForAll @IntRange(min = -1, max = 64) int variables,
            @ForAll @IntRange(min = -1, max = 64) int config,
            @ForAll @IntRange(min = 1, max = 40) int piece) {
        byte[] bytes = new byte[body.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = body.get(i);
        }
        ByteBuffer frame = FrameClient.frame("ENI1", variables, config, bytes);
        assertThat(read(frame.duplicate(), piece)).isEqualTo(read(frame, Integer.MAX_VALUE));
    }
}
