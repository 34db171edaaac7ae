package io.enim.netlink.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.netlink.internal.wire.MessageWriter;
import io.enim.netlink.internal.wire.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The socket with a kernel that interrupts, drops, refuses or does not answer. Runs on any operating system. */
class NetlinkSocketTest {
    private static final int PORT = 77;

    private final AtomicLong now = new AtomicLong();
    private final ScriptedKernel kernel = new ScriptedKernel();
    private final RtnlCounter counter = new RtnlCounter();
    private final NetlinkSocket socket = new NetlinkSocket(kernel, counter, this::failPoint);
    private final Deadline deadline = Deadline.after(Duration.ofSeconds(5), now::get);

    /** Answers each send with the next list of datagrams; when there is none, time passes without an answer. */
    private final class ScriptedKernel implements NetlinkChannel {
        final Deque<List<byte[]>> answers = new ArrayDeque<>();
        final Deque<byte[]> queued = new ArrayDeque<>();
        final List<byte[]> sent = new ArrayList<>();

        void answers(byte[]... datagrams) {
            answers.add(List.of(datagrams));
        }

        @Override
        public int port() {
            return PORT;
        }

        @Override
        public void send(byte[] datagram) {
            sent.add(datagram);
            if (!answers.isEmpty()) {
                queued.addAll(answers.poll());
            }
        }

        @Override
        public ByteBuffer receive() {
            byte[] next = queued.poll();
            if (next != null && next.length == 0) {
                throw new NetlinkException("recvfrom", "netlink socket", Errno.ENOBUFS, "");
            }
            return next == null ? null : ByteBuffer.wrap(next);
        }

        @Override
        public void awaitReadable(int timeoutMillis) {
            now.addAndGet(Duration.ofMillis(timeoutMillis).toNanos());
        }

        @Override
        public int fd() {
            throw new AssertionError("no descriptor here");
        }

        @Override
        public void close() {}
    }

    /** The errno that the fail point returns, by operation and side. */
    private final Map<String, Integer> faultsByFailPoint = new HashMap<>();

    private int failPoint(NetlinkOperation operation, NetlinkFailPoint.Side side) {
        return faultsByFailPoint.getOrDefault(operation + " " + side, 0);
    }

    private static final byte[] LOST = {};

    private static byte[] message(int sequence, int type, int flags, byte[] structure) {
        return new MessageWriter(PORT, sequence)
                .message(type, flags, structure, Attributes.NONE)
                .toBytes();
    }

    private static byte[] link(int sequence, int flags, int index) {
        byte[] structure = LinkMessage.of(index, Attributes.NONE).structure();
        return message(sequence, LinkMessage.RTM_NEWLINK, flags | NetlinkMessage.NLM_F_MULTI, structure);
    }

    private static byte[] done(int sequence, int flags) {
        return message(sequence, NetlinkMessage.NLMSG_DONE, flags, new byte[4]);
    }

    private static byte[] answer(int sequence, int errno) {
        ByteBuffer error = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        error.putInt(-errno).putInt(16);
        return message(sequence, NetlinkMessage.NLMSG_ERROR, NetlinkMessage.NLM_F_CAPPED, error.array());
    }

    private void bringUp(String device) {
        socket.execute(LinkRequests.setUp(1, device), deadline);
    }

    private List<Integer> dumpedIndexes() {
        return LinkRequests.all(socket, deadline).stream()
                .map(LinkMessage::index)
                .toList();
    }

    @Test
    void aDumpCollectsItsParts() {
        kernel.answers(link(1, 0, 1), link(1, 0, 2), done(1, 0));
        assertThat(dumpedIndexes()).containsExactly(1, 2);
    }

    /** The first attribute is longer than the message. */
    private static byte[] unreadableLink(int sequence, int index) {
        byte[] structure = Arrays.copyOf(LinkMessage.of(index, Attributes.NONE).structure(), 20);
        structure[16] = (byte) 200;
        return message(sequence, LinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_MULTI, structure);
    }

    /** A tenant can make a list inside its link's message longer than the kernel's 16 bits for its length. */
    private static byte[] linkWithUnreadableKind(int sequence, int index) {
        byte[] structure = Arrays.copyOf(LinkMessage.of(index, Attributes.NONE).structure(), 28);
        structure[16] = 12;
        structure[18] = LinkMessage.IFLA_LINKINFO;
        structure[20] = (byte) 200;
        return message(sequence, LinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_MULTI, structure);
    }

    @Test
    void p18_anUnreadableLinkCostsItselfAlone() {
        kernel.answers(link(1, 0, 1), unreadableLink(1, 2), linkWithUnreadableKind(1, 3), link(1, 0, 4), done(1, 0));
        List<LinkMessage> links = LinkRequests.all(socket, deadline);
        assertThat(links).extracting(LinkMessage::index).containsExactly(1, 2, 3, 4);
        assertThat(links).allSatisfy(link -> assertThat(link.kind()).isEmpty());
        assertThat(LinkMatcher.find(links, MacAddress.parse("02:00:5e:00:53:01")))
                .isEmpty();
    }

    @Test
    void aDumpThatAChangeInterruptedIsRepeated() {
        kernel.answers(link(1, 0, 1), link(1, NetlinkMessage.NLM_F_DUMP_INTR, 2), done(1, 0));
        kernel.answers(link(2, 0, 1), done(2, NetlinkMessage.NLM_F_DUMP_INTR));
        kernel.answers(link(3, 0, 1), link(3, 0, 3), done(3, 0));
        assertThat(dumpedIndexes()).containsExactly(1, 3);
        assertThat(kernel.sent).hasSize(3);
    }

    @Test
    void aDumpWhosePartsWereDroppedIsRepeatedAndItsRestIgnored() {
        kernel.answers(link(1, 0, 1), LOST);
        kernel.answers(link(1, 0, 8), done(1, 0), link(2, 0, 1), link(2, 0, 2), done(2, 0));
        assertThat(dumpedIndexes()).containsExactly(1, 2);
    }

    @Test
    void p8_aDumpThatIsAlwaysInterruptedIsGivenUp() {
        for (int sequence = 1; sequence <= 100; sequence++) {
            kernel.answers(link(sequence, NetlinkMessage.NLM_F_DUMP_INTR, 1), done(sequence, 0));
        }
        assertThatThrownBy(this::dumpedIndexes)
                .hasMessageStartingWith("list links: EAGAIN")
                .hasMessageContaining("try again");
        assertThat(kernel.sent).hasSizeLessThan(100);
    }

    @Test
    void p8_aSilentSocketEndsAtTheDeadline() {
        assertThatThrownBy(() -> bringUp("eth0")).hasMessageStartingWith("bring up eth0: ETIMEDOUT");
        assertThat(deadline.isPast()).isTrue();
    }

    @Test
    void aRefusedDumpSaysWhatWasAsked() {
        kernel.answers(answer(1, 1));
        assertThatThrownBy(this::dumpedIndexes).hasMessage("list links: EPERM");
    }

    @Test
    void aBatchIsOneDatagramAndEveryAnswerIsKept() {
        kernel.answers(answer(1, 0), answer(2, 17), answer(3, 0), answer(4, 19));
        List<NetlinkRequest> requests = Stream.of("a", "b", "c", "d")
                .map(name -> LinkRequests.setUp(1, name))
                .toList();
        BatchResult batchResult = socket.transact(requests, deadline);
        assertThat(kernel.sent).hasSize(1);
        assertThat(NetlinkMessage.split(ByteBuffer.wrap(kernel.sent.get(0))))
                .extracting(NetlinkMessage::sequence)
                .containsExactly(1, 2, 3, 4);
        assertThat(batchResult.failure(0)).isEmpty();
        Throwable refused = catchThrowable(batchResult::requireSuccess);
        assertThat(refused).hasMessage("bring up b: EEXIST");
        assertThat(refused.getSuppressed()).extracting(Throwable::getMessage).containsExactly("bring up d: ENODEV");
    }

    @Test
    void aLostAnswerIsAnErrorThatDoesNotClaimNothingHappened() {
        kernel.answers(LOST);
        assertThatThrownBy(() -> bringUp("a"))
                .hasMessageContaining("ENOBUFS")
                .hasMessageContaining("may have been done");
    }

    @Test
    void anAnswerThatCannotBeReadIsAnErrorWithItsCause() {
        kernel.answers(Arrays.copyOf(answer(1, 0), 10));
        assertThatThrownBy(() -> bringUp("a"))
                .isInstanceOf(NetlinkException.class)
                .hasMessageContaining("cannot be read")
                .hasCauseInstanceOf(MalformedMessageException.class);
    }

    @Test
    void acquisitionsOfRtnlAreCountedByMessageAndByPartOfADump() {
        kernel.answers(answer(1, 0), answer(2, 0));
        socket.transact(List.of(LinkRequests.setUp(1, "a"), LinkRequests.setUp(2, "b")), deadline);
        kernel.answers(link(3, 0, 1), done(3, 0));
        assertThat(dumpedIndexes()).containsExactly(1);
        assertThat(counter.acquisitions()).isEqualTo(4);
        kernel.answers(done(4, 0), done(5, 0));
        kernel.answers(done(5, 0));
        AddressRequests.of(socket, 1, deadline);
        assertThat(counter.acquisitions()).isEqualTo(4);
    }

    @Test
    void aFailPointRefusesOneMessageOfABatchAndTheKernelGetsTheOthers() {
        faultsByFailPoint.put("ADD_ADDRESS BEFORE", Errno.ENOMEM.number());
        kernel.answers(answer(1, 0), answer(2, 17));
        NetlinkRequest address = AddressRequests.add(1, InetAddress.getLoopbackAddress(), 32, "a");
        BatchResult batchResult =
                socket.transact(List.of(LinkRequests.setUp(1, "a"), address, LinkRequests.setDown(1, "a")), deadline);
        assertThat(NetlinkMessage.split(ByteBuffer.wrap(kernel.sent.get(0)))).hasSize(2);
        assertThat(batchResult.failure(0)).isEmpty();
        assertThat(batchResult.failures())
                .extracting(NetlinkException::errnoName)
                .containsExactly("ENOMEM", "EEXIST");
    }

    @Test
    void whenAFailPointRefusesAllTheKernelGetsNothing() {
        faultsByFailPoint.put("BRING_UP BEFORE", Errno.EBUSY.number());
        assertThatThrownBy(() -> bringUp("a")).hasMessage("bring up a: EBUSY (injected by a fail point)");
        assertThat(kernel.sent).isEmpty();
    }

    @Test
    void aFailPointReplacesTheAnswerToWhatTheKernelDid() {
        faultsByFailPoint.put("BRING_UP AFTER", Errno.ENOBUFS.number());
        kernel.answers(answer(1, 0));
        assertThatThrownBy(() -> bringUp("a")).hasMessageContaining("ENOBUFS");
        assertThat(kernel.sent).hasSize(1);
    }

    @Test
    void aFailPointCoversReadingsToo() {
        faultsByFailPoint.put("LIST_LINKS BEFORE", Errno.ENOMEM.number());
        assertThatThrownBy(this::dumpedIndexes).hasMessageContaining("list links: ENOMEM");
        assertThat(kernel.sent).isEmpty();
        faultsByFailPoint.put("LIST_LINKS BEFORE", 0);
        faultsByFailPoint.put("LIST_LINKS AFTER", Errno.ENOBUFS.number());
        kernel.answers(link(1, 0, 1), done(1, 0));
        assertThatThrownBy(this::dumpedIndexes).hasMessageContaining("list links: ENOBUFS");
        assertThat(kernel.sent).hasSize(1);
    }
}
