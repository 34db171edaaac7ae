package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.enim.core.internal.allocator.EniAllocator.Granted;
import io.enim.core.internal.allocator.EniAllocator.ReleaseTo;
import io.enim.core.internal.allocator.EniAllocator.State;
import io.enim.core.internal.allocator.EniAllocator.Status;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EniAllocatorTest {
    private final EniAllocator<String, String> allocator = new EniAllocator<>();

    private Lease<String, String> take(String key) {
        return allocator.allocate(key).orElseThrow();
    }

    private State state(String eni) {
        return allocator.status(eni).orElseThrow().state();
    }

    @Test
    void p3_theSameKeyGetsTheSameEni() {
        allocator.add("eni-1");
        allocator.add("eni-2");
        Lease<String, String> lease = take("a");
        assertThat(take("a")).isEqualTo(lease);
        assertThat(take("b").eni()).isNotEqualTo(lease.eni());
        assertThat(allocator.allocate("c")).isEmpty();
        assertThat(allocator.lease("a")).contains(lease);
        assertThat(allocator.lease("c")).isEmpty();
    }

    @Test
    void i3_aStaleReleaseCannotFreeTheNextHolder() {
        allocator.add("eni-1");
        Lease<String, String> stale = take("a");
        assertThat(allocator.release(stale, ReleaseTo.FREE)).isTrue();
        Lease<String, String> again = take("a");
        assertThat(allocator.release(stale, ReleaseTo.FREE)).isFalse();
        assertThat(allocator.lease("a")).contains(again);
        assertThat(allocator.release("a", ReleaseTo.FREE)).isTrue();
        assertThat(allocator.release("a", ReleaseTo.FREE)).isFalse();
        take("b");
        assertThat(allocator.release(again, ReleaseTo.FREE)).isFalse();
        assertThat(state("eni-1")).isEqualTo(State.HELD);
    }

    @Test
    void theTestOfStaleReleasesCatchesAReleaseWithoutEpoch() {
        AllocatorDriver flawed = new FlawedAllocators.ForgetsTheEpoch().with(1);
        Lease<Integer, Integer> stale = flawed.allocate(0).orElseThrow();
        flawed.release(stale);
        Lease<Integer, Integer> again = flawed.allocate(0).orElseThrow();
        flawed.release(stale);
        assertThat(flawed.allocator.lease(0)).as("the next holder was freed").isNotEqualTo(Optional.of(again));
    }

    @Test
    void oneReleasedToTheLastIsFreeAndAllocatedWhenNoOtherIs() {
        allocator.add("eni-1");
        take("a");
        allocator.add("eni-2");
        allocator.add("eni-3");
        allocator.release("a", ReleaseTo.FREE_LAST);
        assertThat(state("eni-1")).isEqualTo(State.FREE);
        assertThat(Set.of(take("b").eni(), take("c").eni())).containsExactlyInAnyOrder("eni-2", "eni-3");
        assertThat(take("d").eni()).isEqualTo("eni-1");
        allocator.release("d", ReleaseTo.FREE);
        assertThat(take("e").eni()).isEqualTo("eni-1");
    }

    @Test
    void anEniCoolsDownBeforeReuse() {
        allocator.add("eni-1");
        take("a");
        allocator.release("a", ReleaseTo.COOLDOWN);
        assertThat(state("eni-1")).isEqualTo(State.COOLING_DOWN);
        assertThat(allocator.allocate("b")).isEmpty();
        assertThat(allocator.reuse("eni-1")).isTrue();
        assertThat(allocator.reuse("eni-1")).isFalse();
        assertThat(take("b").eni()).isEqualTo("eni-1");
    }

    private Granted<String, String> wish(String key, String eni) {
        return allocator.allocate(key, eni, key::equals);
    }

    private void assertRefused(Granted<String, String> granted, State state) {
        assertThat(granted.lease()).isEmpty();
        assertThat(granted.instead()).map(Status::state).contains(state);
    }

    @Test
    void p1_aWishIsGrantedItsEniOrToldItsState() {
        allocator.add("eni-1");
        allocator.add("eni-2");
        Lease<String, String> lease = wish("a", "eni-1").lease().orElseThrow();
        assertThat(lease.eni()).isEqualTo("eni-1");
        assertRefused(wish("b", "eni-1"), State.HELD);
        assertThat(wish("b", "eni-1").instead())
                .contains(allocator.status("eni-1").orElseThrow());
        assertThat(allocator.lease("b")).isEmpty();
        allocator.quarantine("eni-2");
        assertRefused(wish("b", "eni-2"), State.QUARANTINED);
        assertThat(wish("b", "eni-3")).isEqualTo(new Granted<>(Optional.empty(), Optional.empty()));
    }

    @Test
    void p3_aKeyThatHoldsOneIsAnsweredThatWhateverItWishes() {
        allocator.add("eni-1");
        allocator.add("eni-2");
        Lease<String, String> lease = wish("a", "eni-1").lease().orElseThrow();
        assertThat(wish("a", "eni-2").lease()).contains(lease);
        assertThat(wish("a", "eni-3").lease()).contains(lease);
        assertThat(state("eni-2")).isEqualTo(State.FREE);
    }

    @Test
    void onlyItsLastKeyTakesAnEniBackFromItsCooldown() {
        allocator.add("eni-1");
        allocator.addCoolingDown("eni-2");
        take("a");
        allocator.release("a", ReleaseTo.COOLDOWN);
        assertRefused(wish("b", "eni-1"), State.COOLING_DOWN);
        Lease<String, String> again = wish("a", "eni-1").lease().orElseThrow();
        assertThat(allocator.reuse("eni-1")).isFalse();
        assertThat(allocator.lease("a")).contains(again);
        assertThat(allocator.allocate("b")).isEmpty();
        assertRefused(wish("b", "eni-2"), State.COOLING_DOWN);
    }

    @Test
    void aQuarantineOfAHeldEniWaitsForItsRelease() {
        allocator.add("eni-1");
        take("a");
        assertThat(allocator.quarantine("eni-1")).isTrue();
        assertThat(state("eni-1")).isEqualTo(State.HELD);
        allocator.release("a", ReleaseTo.FREE);
        assertThat(state("eni-1")).isEqualTo(State.QUARANTINED);
        assertThat(allocator.allocate("b")).isEmpty();
    }

    @Test
    void onlyWhatIsNotHeldRetires() {
        allocator.add("eni-1");
        take("a");
        assertThat(allocator.retire("eni-1")).isFalse();
        allocator.release("a", ReleaseTo.FREE);
        assertThat(allocator.retire("eni-1")).isTrue();
        assertThat(allocator.retire("eni-1")).isFalse();
        assertThat(allocator.allocate("a")).isEmpty();
        assertThat(allocator.add("eni-1")).isTrue();
        assertThat(allocator.add("eni-1")).isFalse();
        assertThat(take("a").eni()).isEqualTo("eni-1");
    }

    @Test
    void p1_whatTheLedgerSaysIsAdoptedOnce() {
        assertThat(allocator.adopt("eni-1", "a")).isPresent();
        assertThat(allocator.adopt("eni-1", "b")).isEmpty();
        assertThat(allocator.adopt("eni-2", "a")).isEmpty();
        assertThat(allocator.add("eni-1")).isFalse();
        assertThat(take("a").eni()).isEqualTo("eni-1");
        assertThat(allocator.allocate("b")).isEmpty();
        assertThat(allocator.release("a", ReleaseTo.FREE)).isTrue();
        assertThat(take("b").eni()).isEqualTo("eni-1");
    }

    @Test
    void aSnapshotShowsEveryEniOnce() {
        allocator.add("eni-1");
        allocator.addCoolingDown("eni-2");
        allocator.adopt("eni-3", "a");
        allocator.add("eni-4");
        allocator.quarantine("eni-4");
        assertThat(allocator.snapshot())
                .extracting(Status::eni, Status::state)
                .containsExactlyInAnyOrder(
                        tuple("eni-1", State.FREE),
                        tuple("eni-2", State.COOLING_DOWN),
                        tuple("eni-3", State.HELD),
                        tuple("eni-4", State.QUARANTINED));
    }

    /** Against a plain set, through growth of the key table to a size with many shortcuts. */
    @Test
    void manyKeysComeAndGo() {
        EniAllocator<Integer, Integer> many = new EniAllocator<>();
        for (int eni = 0; eni < 5_000; eni++) {
            many.add(eni);
        }
        Set<Integer> holding = new HashSet<>();
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            int key = random.nextInt(8_000);
            if (random.nextBoolean()) {
                boolean expected = holding.contains(key) || holding.size() < 5_000;
                assertThat(many.allocate(key).isPresent()).isEqualTo(expected);
                if (expected) {
                    holding.add(key);
                }
            } else {
                assertThat(many.release(Integer.valueOf(key), ReleaseTo.FREE)).isEqualTo(holding.remove(key));
            }
        }
        assertThat(many.snapshot().stream().filter(status -> status.state() == State.HELD))
                .hasSize(holding.size());
    }

    /** What is left of ended leases is bounded by the table of keys and by the links between claims, not by their number. */
    @Test
    void p19_aRetainedLeaseAndEndedOnesKeepFewKeys() {
        EniAllocator<Object, String> one = new EniAllocator<>();
        one.add("eni-1");
        Lease<Object, String> retained = one.allocate("a").orElseThrow();
        one.release(retained, ReleaseTo.FREE);
        List<WeakReference<Object>> keys = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            Object key = new Object();
            keys.add(new WeakReference<>(key));
            one.release(one.allocate(key).orElseThrow(), ReleaseTo.FREE);
        }
        await().until(() -> {
            System.gc();
            return keys.stream().filter(key -> key.get() != null).count() < 20_000;
        });
        assertThat(one.release(retained, ReleaseTo.FREE)).isFalse();
    }
}
