// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.abort;

import io.enim.ClosedException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniState;
import io.enim.EniWish;
import io.enim.FatalProviderException;
import io.enim.InvalidRequestException;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Proves an {@link EniProvider}: extend it, say how one is made and how many ENIs it has, run it with JUnit. The tests are
 * named after the rules PRV-xx of {@link EniProvider}.
 *
 * <p>JUnit makes an instance of the class for each test: keep what stands behind the provider in a field, and each test
 * begins with a fresh one.
 */
public abstract class EniProviderKit extends UnderTest {
    private static final int AT_ONCE = 8;
    private static final int STORM_THREADS = 4;
    private static final int STORM_STEPS = 100;
    private static final int ROUNDS = 400;
    private static final int SEQUENTIAL_ROUNDS = 10;

    private final List<EniProvider> opened = new ArrayList<>();

    /**
     * Makes a provider. Called a second time in a test, after the first was closed, it is the restart of an agent:
     * the same ENIs behind it.
     *
     * @param held the holder of each held ENI, by id; as {@link io.enim.provider.ProviderContext#held()}
     */
    protected abstract EniProvider newProvider(Map<Endpoint, String> held);

    /** How many ENIs are free, once a provider with no holders has begun; 4 at least. */
    protected abstract int enis();

    /**
     * Makes the verification of this ENI's device on the host fail from now on. Override it for a provider that verifies
     * devices; without it PRV-25 is checked in part.
     *
     * @return false: the test cannot
     */
    protected boolean breakDevice(Eni eni) {
        return false;
    }

    @AfterEach
    final void closeAll() {
        assertAll("closing what the test opened", opened.stream().map(provider -> provider::close));
    }

    private void close(EniProvider provider) {
        opened.remove(provider);
        provider.close();
    }

    private EniProvider open() {
        EniProvider provider = open(Map.of());
        until(
                provider::list,
                list -> free(list).size() == enis(),
                list -> "enis() is " + enis() + ", and the list at the start is " + list);
        return provider;
    }

    private EniProvider open(Map<Endpoint, String> held) {
        EniProvider provider = newProvider(held);
        opened.add(provider);
        return provider;
    }

    static Set<String> free(List<Eni> list) {
        return list.stream()
                .filter(eni -> eni.state() == EniState.READY)
                .map(Eni::id)
                .collect(Collectors.toSet());
    }

    private static Endpoint endpoint(int index) {
        return Endpoint.of("kit", "e" + index, "container1");
    }

    private static Set<String> ids(List<Eni> list) {
        return list.stream().map(Eni::id).collect(Collectors.toSet());
    }

    private static List<Eni> allocate(EniProvider provider, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> provider.allocateNextEni(endpoint(i)))
                .toList();
    }

    @Test
    public final void required_prv01_aHeldEniStaysInTheList() {
        EniProvider provider = open();
        Set<String> before = ids(provider.list());

        Eni eni = provider.allocateNextEni(endpoint(0));

        assertThat(ids(provider.list()))
                .as("PRV-01: %s was allocated; the list must stay complete, free and held ENIs", eni)
                .containsAll(before)
                .contains(eni.id());
    }

    @Test
    public final void required_prv02_eachOnceAndWithItsHolder() {
        EniProvider provider = open();
        Eni eni = provider.allocateNextEni(endpoint(0));

        List<Eni> list = provider.list();

        assertThat(list)
                .extracting(Eni::id)
                .as("PRV-02: the list contains an ENI twice")
                .doesNotHaveDuplicates();
        assertThat(list).extracting(Eni::mac).as("PRV-02: two ENIs, one MAC").doesNotHaveDuplicates();
        assertThat(list.stream().filter(seen -> seen.id().equals(eni.id())))
                .as("PRV-02: %s is held by %s; the list must say so", eni.id(), endpoint(0))
                .allMatch(seen -> seen.state() == EniState.IN_USE)
                .allMatch(seen -> seen.holder().equals(Optional.of(endpoint(0))))
                .allMatch(seen -> seen.mac().equals(eni.mac()));
    }

    @Test
    public final void required_prv10_theAnswerWasFreeAndIsHeld() {
        EniProvider provider = open();
        Map<String, Eni> before = provider.list().stream().collect(Collectors.toMap(Eni::id, eni -> eni, (a, b) -> a));

        Eni eni = provider.allocateNextEni(endpoint(0));

        assertThat(before)
                .as("PRV-10: allocated %s, which the list did not contain", eni)
                .containsKey(eni.id());
        assertThat(before.get(eni.id()))
                .as("PRV-10: %s was listed before; it must have been free, with the MAC it has now", eni)
                .isEqualTo(eni.ready());
        assertThat(eni.holder())
                .as("PRV-10: the answer %s names its holder", eni)
                .contains(endpoint(0));
        assertThat(eni.state()).as("PRV-10: the answer %s is in use", eni).isEqualTo(EniState.IN_USE);
    }

    @Test
    public final void required_prv11_askedAgainTheSame() {
        EniProvider provider = open();
        Eni first = provider.allocateNextEni(endpoint(0));
        provider.allocateNextEni(endpoint(1));

        assertThat(provider.allocateNextEni(endpoint(0)).id())
                .as("PRV-11: %s asked again; check whether holders are kept by endpoint", endpoint(0))
                .isEqualTo(first.id());
    }

    @Test
    public final void required_prv11_askedByManyThreadsTheSame() {
        EniProvider provider = open();

        List<String> ids = together(
                "PRV-11", AT_ONCE, i -> provider.allocateNextEni(endpoint(0)).id());

        assertThat(new HashSet<>(ids))
                .as("PRV-11: %d threads asked for one endpoint at once; look for a gap between check and take", AT_ONCE)
                .hasSize(1);
    }

    @Test
    public final void required_prv11_theSameAfterARestart() {
        EniProvider before = open();
        allocate(before, 2);
        Eni eni = before.allocateNextEni(endpoint(2));
        Map<Endpoint, String> ledger = new HashMap<>();
        before.list().forEach(seen -> seen.holder().ifPresent(holder -> ledger.put(holder, seen.id())));
        ledger.put(endpoint(2), eni.id());
        close(before);

        EniProvider after = open(Map.copyOf(ledger));
        Eni again = until(
                        () -> tryAllocate(after, endpoint(2)),
                        Optional::isPresent,
                        none -> "PRV-11: after the restart no ENI is found for " + endpoint(2))
                .orElseThrow();

        assertThat(again.id())
                .as("PRV-11: %s held %s before the restart; begin with ProviderContext.held()", endpoint(2), eni.id())
                .isEqualTo(eni.id());
    }

    @Test
    public final void required_prv20_whatWasGivenBackStaysFreeAfterARestart() {
        EniProvider before = open();
        Eni kept = before.allocateNextEni(endpoint(0));
        Eni given = before.allocateNextEni(endpoint(1));
        before.deallocateEni(endpoint(1));
        close(before);

        EniProvider after = open(Map.of(endpoint(0), kept.id()));

        until(
                after::list,
                list -> free(list).contains(given.id()),
                list -> "PRV-20: " + endpoint(1) + " gave " + given.id()
                        + " back before the restart; after it, it is not free: " + list);
        assertThat(after.list().stream().flatMap(eni -> eni.holder().stream()))
                .as("PRV-20: %s gave back before the restart; the ledger's holders are all there are", endpoint(1))
                .doesNotContain(endpoint(1));
    }

    static Optional<Eni> tryAllocate(EniProvider provider, Endpoint endpoint) {
        try {
            return Optional.of(provider.allocateNextEni(endpoint));
        } catch (NoEniAvailableException e) {
            return Optional.empty();
        }
    }

    @Test
    public final void required_prv12_sixteenThreadsNeverShare() {
        EniProvider provider = open();
        int threads = Math.min(16, enis());

        List<String> ids = together(
                "PRV-12", threads, i -> provider.allocateNextEni(endpoint(i)).id());

        assertThat(ids)
                .as("PRV-12: one ENI for two endpoints; look for a gap between choosing and taking")
                .doesNotHaveDuplicates();
    }

    /** Any history in which one ENI had two holders at once has a moment in which the second finds the first's entry. */
    @Test
    public final void required_prv12_neverTwoHoldersInAStorm() {
        EniProvider provider = open();
        Map<String, Endpoint> holders = new ConcurrentHashMap<>();

        together("PRV-12", STORM_THREADS, thread -> storm(provider, holders, thread));
    }

    private int storm(EniProvider provider, Map<String, Endpoint> holders, int thread) {
        Random random = new Random(thread);
        Deque<Eni> mine = new ArrayDeque<>();
        int share = Math.max(1, enis() / STORM_THREADS);
        for (int step = 0; step < STORM_STEPS; step++) {
            if (mine.size() < share && random.nextInt(3) > 0) {
                tryAllocate(provider, endpoint(thread * STORM_STEPS + step)).ifPresent(eni -> {
                    Endpoint other = holders.putIfAbsent(eni.id(), eni.holder().orElseThrow());
                    assertThat(other).as("PRV-12: %s is held by two", eni).isNull();
                    mine.add(eni);
                });
            } else if (!mine.isEmpty()) {
                giveBack(provider, holders, mine.remove());
            }
        }
        mine.forEach(eni -> giveBack(provider, holders, eni));
        return mine.size();
    }

    private static void giveBack(EniProvider provider, Map<String, Endpoint> holders, Eni eni) {
        // Removed before the release: from then on any endpoint may get it.
        holders.remove(eni.id());
        provider.deallocateEni(eni.holder().orElseThrow());
    }

    @Test
    public final void required_prv13_noneFreeIsSaidAtOnceWithTrueCounts() {
        EniProvider provider = open();
        allocate(provider, enis());

        Throwable thrown = ConcurrentCalls.runAlone(
                "PRV-13", timeLimit(), () -> catchThrowable(() -> provider.allocateNextEni(endpoint(enis()))));

        assertThat(thrown)
                .as("PRV-13: all %d are held; one more call must throw NoEniAvailableException", enis())
                .isInstanceOfSatisfying(
                        NoEniAvailableException.class,
                        e -> assertThat(e.counts())
                                .as("PRV-13: %d are in use and none is free; check where the counts come from", enis())
                                .containsEntry(EniState.IN_USE, enis())
                                .doesNotContainKey(EniState.READY));
    }

    /** Rounds of calls that overlap, as many as half the timeout allows; each must have an order that explains it. */
    @Test
    public final void required_prv14_whatOverlapsHasAnOrder() {
        EniProvider provider = open();
        allocate(provider, enis() - 2);
        HistoryRecorder recorder = sequential(provider);
        long begin = System.nanoTime();
        for (int round = 1;
                round <= ROUNDS && System.nanoTime() - begin < timeout().toNanos() / 2;
                round++) {
            assertThat(recorder.findUnexplained(STORM_THREADS, round))
                    .as("PRV-14: no order of these calls explains their answers; look for a check before a change")
                    .isEmpty();
        }
    }

    /** Answers that are wrong without concurrency are found by other rules. */
    private HistoryRecorder sequential(EniProvider provider) {
        try {
            HistoryRecorder recorder = new HistoryRecorder(provider, timeLimit());
            for (int round = 0; round < SEQUENTIAL_ROUNDS; round++) {
                assertThat(recorder.findUnexplained(1, round)).isEmpty();
            }
            return recorder;
        } catch (AssertionError | RuntimeException e) {
            return abort("PRV-14 is not checked, because calls one after another are answered wrongly: " + e);
        }
    }

    /** By id, MAC and address; each time one that would not have been the next. */
    @Test
    public final void required_prv15_whatIsWishedAndFreeIsAssigned() {
        EniProvider provider = open();
        provider.allocateNextEni(endpoint(0));
        List<Eni> free = provider.list().stream()
                .filter(eni -> eni.state() == EniState.READY)
                .toList();
        Eni last = free.get(free.size() - 1);
        Eni middle = free.get(1);
        Eni first = free.get(0);

        if (required(provider, endpoint(1), last).isPresent()) {
            InetAddress address = middle.ipv4().or(middle::ipv6).orElseThrow().address();
            Eni preferred =
                    provider.allocateEni(endpoint(2), EniWish.preferred().withAddress(address));
            assertThat(preferred.id())
                    .as("PRV-15: %s prefers %s by its address, and it was free", endpoint(2), middle)
                    .isEqualTo(middle.id());
            Eni required = provider.allocateEni(endpoint(3), EniWish.required().withMac(first.mac()));
            assertThat(required.id())
                    .as("PRV-15: %s requires %s by its MAC, and it was free", endpoint(3), first)
                    .isEqualTo(first.id());
        }
    }

    @Test
    public final void required_prv15_whatIsRequiredAndHeldIsRefusedWithItsHolder() {
        EniProvider provider = open();
        Eni held = provider.allocateNextEni(endpoint(0));
        Set<String> before = free(provider.list());

        Throwable thrown = catchThrowable(
                () -> provider.allocateEni(endpoint(1), EniWish.required().withEni(held.id())));

        if (!takesNoRequirements(thrown)) {
            assertThat(thrown)
                    .as("PRV-15: %s requires %s; NoEniAvailableException must name its holder", endpoint(1), held)
                    .isInstanceOfSatisfying(
                            NoEniAvailableException.class,
                            e -> assertThat(e.holder())
                                    .as("PRV-15: the holder of %s", held)
                                    .contains(endpoint(0)));
        }
        assertThat(free(provider.list()))
                .as("PRV-15: a requirement that was refused took another ENI")
                .isEqualTo(before);
    }

    @Test
    public final void required_prv15_whatNoEniFitsIsRefusedForGood() {
        EniProvider provider = open();

        Throwable thrown = catchThrowable(
                () -> provider.allocateEni(endpoint(0), EniWish.required().withEni("eni-of-none")));

        if (!takesNoRequirements(thrown)) {
            assertThat(thrown)
                    .as("PRV-15: no ENI has the required id; to wait for it is of no use")
                    .isInstanceOfSatisfying(
                            InvalidRequestException.class,
                            e -> assertThat(e.field()).isEqualTo("wish"));
        }
    }

    @Test
    public final void required_prv15_aPreferenceTakesAnotherThatIsFree() {
        EniProvider provider = open();
        Eni held = provider.allocateNextEni(endpoint(0));

        Optional<String> other = preferred(provider, endpoint(1), held);

        assertThat(other)
                .as("PRV-15: %s prefers %s, which is held; another one is free", endpoint(1), held)
                .isPresent()
                .isNotEqualTo(Optional.of(held.id()));
    }

    @Test
    public final void required_prv15_anEndpointKeepsWhatItHolds() {
        EniProvider provider = open();
        Eni held = provider.allocateNextEni(endpoint(0));
        Eni free = provider.list().stream()
                .filter(eni -> eni.state() == EniState.READY)
                .findFirst()
                .orElseThrow();

        assertThat(Stream.of(EniWish.preferred(), EniWish.required())
                        .map(wish -> provider.allocateEni(endpoint(0), wish.withEni(free.id()))))
                .as("PRV-15: %s holds %s, and wishes %s", endpoint(0), held, free)
                .allMatch(eni -> eni.id().equals(held.id()));
    }

    @Test
    public final void required_prv15_oneOfManyThatRequireOneGetsIt() {
        EniProvider provider = open();
        Eni wished = provider.list().get(enis() - 1);

        List<Optional<Eni>> granted = together("PRV-15", AT_ONCE, i -> required(provider, endpoint(i), wished));

        assertThat(granted.stream().flatMap(Optional::stream))
                .as("PRV-15: %d endpoints required %s at once; look for a gap between check and take", AT_ONCE, wished)
                .hasSizeLessThanOrEqualTo(1);
    }

    /** The required ENI; empty if it was not free, or the provider takes no requirements. */
    static Optional<Eni> required(EniProvider provider, Endpoint endpoint, Eni wished) {
        try {
            Eni granted = provider.allocateEni(endpoint, EniWish.required().withEni(wished.id()));
            assertThat(granted.id())
                    .as("PRV-15: %s requires %s", endpoint, wished)
                    .isEqualTo(wished.id());
            return Optional.of(granted);
        } catch (NoEniAvailableException | FatalProviderException e) {
            return Optional.empty();
        }
    }

    /** The id of what is assigned; empty if nothing is. */
    private static Optional<String> preferred(EniProvider provider, Endpoint endpoint, Eni wished) {
        try {
            EniWish wish = EniWish.preferred().withEni(wished.id());
            return Optional.of(provider.allocateEni(endpoint, wish).id());
        } catch (NoEniAvailableException e) {
            return Optional.empty();
        }
    }

    /** A provider that assigns what it chooses refuses every requirement. */
    private static boolean takesNoRequirements(Throwable thrown) {
        return thrown instanceof FatalProviderException;
    }

    @Test
    public final void required_prv20_whatWasGivenBackIsAvailable() {
        EniProvider provider = open();
        List<Eni> all = allocate(provider, enis());

        provider.deallocateEni(endpoint(1));

        Optional<Eni> next = until(
                () -> tryAllocate(provider, endpoint(enis())),
                Optional::isPresent,
                none -> "PRV-20: " + endpoint(1) + " gave its ENI back, and it cannot be allocated");
        assertThat(next.map(Eni::id))
                .as("PRV-20: only one was free")
                .contains(all.get(1).id());
    }

    @Test
    public final void required_prv21_givingNothingBackIsSuccess() {
        EniProvider provider = open();
        provider.allocateNextEni(endpoint(0));
        provider.deallocateEni(endpoint(0));

        Throwable twice = catchThrowable(() -> provider.deallocateEni(endpoint(0)));
        Throwable never = catchThrowable(() -> provider.deallocateEni(endpoint(1)));

        assertThat(twice)
                .as("PRV-21: %s gave back twice; that must succeed", endpoint(0))
                .isNull();
        assertThat(never)
                .as("PRV-21: %s never held one; giving back must succeed", endpoint(1))
                .isNull();
    }

    @Test
    public final void required_prv22_anotherContainerKeepsItsEni() {
        EniProvider provider = open();
        Endpoint old = Endpoint.of("kit", "pod", "old");
        Eni kept = provider.allocateNextEni(Endpoint.of("kit", "pod", "new"));

        provider.deallocateEni(old);

        // Not allocated again: all the others can be allocated, and it is not among them.
        assertThat(allocate(provider, enis() - 1))
                .extracting(Eni::id)
                .as("PRV-22: %s gave back, %s lost its ENI; a holder is a container, not a name", old, kept.holder())
                .doesNotContain(kept.id());
    }

    @Test
    public final void required_prv23_whatIsThereIsNotLost() {
        EniProvider provider = open();
        Eni held = provider.allocateNextEni(endpoint(0));

        assertThat(provider.lossEvidence(endpoint(0)))
                .as("PRV-23: %s exists; evidence of its loss would end the assignment of its holder", held)
                .isEmpty();
        assertThat(provider.lossEvidence(endpoint(1)))
                .as("PRV-23: %s holds nothing that could be lost", endpoint(1))
                .isEmpty();
    }

    @Test
    public final void required_prv25_whatDoesNotFitIsAvailableAtOnceAndAssignedLast() {
        EniProvider provider = open();
        Eni misfit = provider.allocateNextEni(endpoint(0));

        if (isTakenBack(provider, misfit, Optional.empty())) {
            List<String> next = IntStream.rangeClosed(1, enis())
                    .mapToObj(
                            i -> tryAllocate(provider, endpoint(i)).map(Eni::id).orElse("none"))
                    .toList();
            assertThat(next.get(enis() - 1))
                    .as("PRV-25: %s was taken back without a fault; assigned are %s", misfit, next)
                    .isEqualTo(misfit.id());
        }
    }

    @Test
    public final void required_prv25_aFaultyEniLeavesItsEndpoint() {
        EniProvider provider = open();
        Eni faulty = provider.allocateNextEni(endpoint(0));

        if (isTakenBack(provider, faulty, Optional.of("its device is dirty"))) {
            assertThat(provider.takeBack(endpoint(0), Optional.of("its device is dirty")))
                    .as("PRV-25: %s holds nothing any more; that is success", endpoint(0))
                    .isTrue();
        }
    }

    @Test
    public final void optional_prv25_aFaultyEniIsNotAvailableBeforeItsDeviceWasVerified() {
        EniProvider provider = open();
        Eni faulty = provider.allocateNextEni(endpoint(0));
        if (!breakDevice(faulty) || !isTakenBack(provider, faulty, Optional.of("its device is dirty"))) {
            abort("PRV-25 is checked in part: no device can be broken, or the provider takes none back");
        }

        List<String> next = IntStream.range(1, enis())
                .mapToObj(i -> tryAllocate(provider, endpoint(i)).map(Eni::id).orElse("none"))
                .toList();

        assertThat(next)
                .as("PRV-25: %s was taken back with a fault, and its device never verified", faulty)
                .doesNotContain(faulty.id());
        assertThat(free(provider.list()))
                .as("PRV-25: %s was taken back with a fault, and is shown as free", faulty)
                .doesNotContain(faulty.id());
    }

    /** Whether the provider took it back; if it says that it cannot, it must have changed nothing. */
    private static boolean isTakenBack(EniProvider provider, Eni eni, Optional<String> fault) {
        Endpoint holder = eni.holder().orElseThrow();
        boolean taken = provider.takeBack(holder, fault);
        List<String> held = provider.list().stream()
                .filter(seen -> seen.holder().equals(Optional.of(holder)))
                .map(Eni::id)
                .toList();
        assertThat(held)
                .as("PRV-25: takeBack answered %s; then %s holds", taken, holder)
                .isEqualTo(taken ? List.of() : List.of(eni.id()));
        return taken;
    }

    @Test
    public final void required_prv30_anInterruptedThreadKeepsItsFlag() {
        EniProvider provider = open();

        InterruptedCalls.call("PRV-30", timeLimit(), "list", provider::list);
        InterruptedCalls.call("PRV-30", timeLimit(), "allocateNextEni", () -> provider.allocateNextEni(endpoint(0)));
        EniWish wish = EniWish.preferred().withEni("eni-of-none");
        InterruptedCalls.call("PRV-30", timeLimit(), "allocateEni", () -> provider.allocateEni(endpoint(1), wish));
        InterruptedCalls.call("PRV-30", timeLimit(), "deallocateEni", () -> provider.deallocateEni(endpoint(0)));
    }

    @Test
    public final void optional_prv30_anAllocationThatWaitsEndsWhenInterrupted() {
        FaultInjector faults = requireFaults("PRV-30 is checked before a call only");
        EniProvider provider = open();
        interruptWaiting("PRV-30", faults, "allocateNextEni", () -> provider.allocateNextEni(endpoint(0)));

        Eni eni = provider.allocateNextEni(endpoint(0));
        assertThat(provider.list().stream()
                        .filter(seen -> seen.holder().equals(Optional.of(endpoint(0))))
                        .map(Eni::id))
                .as("PRV-11: an allocation was interrupted and repeated; it holds one ENI")
                .containsExactly(eni.id());
    }

    @Test
    public final void required_prv31_aClosedProviderSaysSo() {
        EniProvider provider = open();
        close(provider);
        assertThatCode(provider::close)
                .as("PRV-31: close is idempotent, and the second one failed")
                .doesNotThrowAnyException();

        assertThat(Stream.<ThrowingCallable>of(
                        provider::list,
                        () -> provider.allocateNextEni(endpoint(0)),
                        () -> provider.allocateEni(
                                endpoint(0), EniWish.required().withEni("eni-of-none")),
                        () -> provider.deallocateEni(endpoint(0))))
                .as("PRV-31: after close list, allocateNextEni, allocateEni and deallocateEni throw ClosedException")
                .allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(ClosedException.class));
    }

    @Test
    public final void required_prv31_noThreadOutlivesClose() {
        ThreadLeakCheck leakCheck = new ThreadLeakCheck();
        EniProvider provider = open();
        provider.allocateNextEni(endpoint(0));

        close(provider);

        requireNoneLeft(leakCheck, "PRV-31");
    }
}
