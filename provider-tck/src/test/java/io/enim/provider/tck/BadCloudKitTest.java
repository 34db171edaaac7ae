package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.MacAddress;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import io.enim.provider.OwnerTag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clouds that break one rule each are caught by that rule and by no other. */
class BadCloudKitTest {
    private static final CountDownLatch LEAK = new CountDownLatch(1);

    abstract static class Kit extends EniCloudKit {
        final PlainCloud.Backend backend = new PlainCloud.Backend(scriptedFaults());

        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults();
        }

        @Override
        protected Duration timeout() {
            // Some bad ones are seen only when it is over; the others must not reach it on a busy machine.
            return Duration.ofSeconds(4);
        }

        @Override
        protected int limit() {
            return PlainCloud.LIMIT;
        }
    }

    static class ChangingIdentity extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                private int asked;

                @Override
                public NodeIdentity node() {
                    // As while a metadata service warms up.
                    NodeIdentity known = super.node();
                    return asked++ == 0 && describe().isEmpty() ? new NodeIdentity("i-0", "a") : known;
                }
            };
        }
    }

    static class FirstPageOnly extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream().limit(4).toList();
                }
            };
        }
    }

    static class DescribesEveryOwnerTag extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                boolean isOurs(CloudEni eni) {
                    return true;
                }
            };
        }
    }

    static class ForgottenToken extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public CloudEni create(CreateRequest request) {
                    return super.create(new CreateRequest(CloudTestClient.token(), request.ownerTag()));
                }
            };
        }
    }

    static class TaggedLate extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            Set<String> seen = new HashSet<>();
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream()
                            .map(eni -> seen.add(eni.id()) ? unmarked(eni) : eni)
                            .toList();
                }
            };
        }

        static CloudEni unmarked(CloudEni eni) {
            return new CloudEni(
                    eni.id(),
                    eni.status(),
                    eni.mac(),
                    eni.ipv4(),
                    eni.ipv6(),
                    eni.subnetId(),
                    eni.number(),
                    eni.instanceId(),
                    Optional.empty(),
                    eni.created());
        }
    }

    static class Vanishing extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                private int looks;

                @Override
                public List<CloudEni> describe() {
                    List<CloudEni> all = super.describe();
                    return ++looks == 15 ? List.of() : all;
                }
            };
        }
    }

    static class AttachTwiceFails extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public void attach(String eniId, AttachRequest request) {
                    if (describe().stream().anyMatch(eni -> eni.id().equals(eniId) && eni.isAttachedTo("i-1"))) {
                        throw new FatalProviderException(Refusal.WRONG_STATE, "", "attach " + eniId + ": is attached");
                    }
                    super.attach(eniId, request);
                }
            };
        }
    }

    static class NoLimit extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                int limit() {
                    return 100;
                }
            };
        }
    }

    static class DetachOfGoneFails extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public void detach(String eniId) {
                    requireOpen();
                    if (!backend.enis.containsKey(eniId) && !eniId.startsWith("eni-kit")) {
                        throw new FatalProviderException(Refusal.NOT_FOUND, "", "detach " + eniId + ": is gone");
                    }
                    super.detach(eniId);
                }
            };
        }
    }

    static class DeleteOfGoneFails extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public void delete(String eniId) {
                    requireOpen();
                    if (!backend.enis.containsKey(eniId)) {
                        throw new FatalProviderException(Refusal.NOT_FOUND, "", "delete " + eniId + ": is gone");
                    }
                    super.delete(eniId);
                }
            };
        }
    }

    static class DeleteDetaches extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public void delete(String eniId) {
                    detach(eniId);
                    super.delete(eniId);
                }
            };
        }
    }

    static class LostInterrupt extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return Thread.interrupted() ? List.of() : super.describe();
                }
            };
        }
    }

    /** A plain cloud whose calls go wrong in a way of its own. */
    abstract static class FaultyKit extends Kit {
        @Override
        protected Optional<FaultInjector> faults() {
            return Optional.of(backend.faults.injector());
        }

        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag);
        }

        @Override
        abstract ScriptedFaults scriptedFaults();
    }

    static class IgnoresInterruptWhileWaiting extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new UninterruptibleFaults("describe");
        }
    }

    static class IgnoresInterruptInCreate extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new UninterruptibleFaults("create");
        }
    }

    static class IgnoresInterruptInDelete extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new UninterruptibleFaults("delete");
        }
    }

    /** One method waits for its answer whatever comes. */
    private static final class UninterruptibleFaults extends ScriptedFaults {
        private final String ignoredIn;

        UninterruptibleFaults(String deaf) {
            this.ignoredIn = deaf;
        }

        @Override
        void interrupted(String method) {
            if (!method.equals(ignoredIn)) {
                super.interrupted(method);
            }
            hang(method);
            Thread.currentThread().interrupt();
        }
    }

    static class LostInterruptInAttach extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults() {
                @Override
                void interrupted(String method) {
                    if (method.equals("attach")) {
                        throw lost(method);
                    }
                    super.interrupted(method);
                }
            };
        }
    }

    static class InterruptionIsFatal extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults() {
                @Override
                void interrupted(String method) {
                    Thread.currentThread().interrupt();
                    throw new FatalProviderException(Refusal.OTHER, "", method + ": interrupted");
                }
            };
        }
    }

    static class ThrottlingIsFatal extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults() {
                @Override
                RuntimeException throttled(String method) {
                    return new FatalProviderException(Refusal.OTHER, "Throttling", method + ": HTTP 400");
                }
            };
        }
    }

    static class NoPermissionIsRetried extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults() {
                @Override
                RuntimeException forbidden(String method) {
                    return new RetryableProviderException(Refusal.UNAVAILABLE, "", method + ": HTTP 403");
                }
            };
        }
    }

    /** Says that nothing happened, where nobody knows. */
    static class LostAnswersAreFailures extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults() {
                @Override
                RuntimeException lost(String method) {
                    return new RetryableProviderException(Refusal.UNAVAILABLE, "", method + ": connection reset");
                }
            };
        }
    }

    static class LeaksAThreadWhenInterrupted extends FaultyKit {
        @Override
        ScriptedFaults scriptedFaults() {
            return new ScriptedFaults() {
                @Override
                void interrupted(String method) {
                    BadProviderKitTest.leak(LEAK);
                    super.interrupted(method);
                }
            };
        }
    }

    static class LeaksAThreadInCreate extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public CloudEni create(CreateRequest request) {
                    requireOpen();
                    BadProviderKitTest.leak(LEAK);
                    return super.create(request);
                }
            };
        }
    }

    static class SecondCloseFails extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                private final AtomicBoolean closed = new AtomicBoolean();

                @Override
                public void close() {
                    if (closed.getAndSet(true)) {
                        throw new IllegalStateException("closed already");
                    }
                    super.close();
                }
            };
        }
    }

    static class LimitOfTheInstanceType extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public NodeLimits limits() {
                    // With the instance's own interface, which ENIM cannot have.
                    return new NodeLimits(super.limits().maxEnis() + 1);
                }
            };
        }
    }

    static class LimitOfWhatIsLeft extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public NodeLimits limits() {
                    synchronized (backend) {
                        return new NodeLimits(
                                super.limits().maxEnis() - numbers().size());
                    }
                }
            };
        }
    }

    static class TakesOthersEnisForFree extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream()
                            .map(eni -> eni.ownerTag().equals(Optional.of(ownerTag)) ? eni : TaggedLate.unmarked(eni))
                            .toList();
                }
            };
        }
    }

    static class OffersTheFirstInterface extends Kit {
        private static final String OWN = "eni-own";

        @Override
        protected Set<String> foreignEnis() {
            return Set.of(OWN);
        }

        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    List<CloudEni> all = new ArrayList<>(super.describe());
                    all.add(new CloudEni(
                            OWN,
                            Status.ATTACHED,
                            MacAddress.parse("02:00:00:00:ff:ff"),
                            Optional.of(EniAddress.parse("10.0.0.250", "10.0.0.0/24", "10.0.0.1")),
                            Optional.empty(),
                            "subnet-1",
                            0,
                            Optional.of("i-1"),
                            Optional.empty(),
                            Optional.empty()));
                    return all;
                }
            };
        }
    }

    static class UnknownStatusFails extends Kit {
        private volatile boolean strange;

        @Override
        protected Optional<Runnable> reportUnknownStatus(String eniId) {
            strange = true;
            return Optional.of(() -> strange = false);
        }

        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream().map(this::read).toList();
                }

                private CloudEni read(CloudEni eni) {
                    Status.valueOf(strange ? "THINKING" : eni.status().name());
                    return eni;
                }
            };
        }
    }

    static class TokensInMemory extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            Map<String, String> known = new ConcurrentHashMap<>();
            return new PlainCloud(backend, ownerTag) {
                @Override
                public CloudEni create(CreateRequest request) {
                    String mine = known.computeIfAbsent(request.token(), token -> CloudTestClient.token());
                    return super.create(new CreateRequest(mine, request.ownerTag()));
                }
            };
        }
    }

    static class OneRequestForAll extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                private volatile CreateRequest filledIn;

                @Override
                public CloudEni create(CreateRequest request) {
                    filledIn = request;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                    return super.create(filledIn);
                }
            };
        }
    }

    static class DescribesDeletedAgain extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                private final List<CloudEni> deleted = new CopyOnWriteArrayList<>();
                private int looks;

                @Override
                public List<CloudEni> describe() {
                    List<CloudEni> all = new ArrayList<>(super.describe());
                    if (++looks % 7 == 0) {
                        all.addAll(deleted);
                    }
                    return all;
                }

                @Override
                public void delete(String eniId) {
                    Optional.ofNullable(backend.enis.get(eniId)).ifPresent(deleted::add);
                    super.delete(eniId);
                }
            };
        }
    }

    static class OneNumberForAll extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                void put(CloudEni eni, Status status, int number, Optional<String> instance) {
                    super.put(eni, status, Math.min(1, number), instance);
                }
            };
        }
    }

    static class OneMacForAll extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream()
                            .map(eni -> new CloudEni(
                                    eni.id(),
                                    eni.status(),
                                    MacAddress.parse("02:00:00:00:00:01"),
                                    eni.ipv4(),
                                    eni.ipv6(),
                                    eni.subnetId(),
                                    eni.number(),
                                    eni.instanceId(),
                                    eni.ownerTag(),
                                    eni.created()))
                            .toList();
                }
            };
        }
    }

    static class WorksAfterClose extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            return new PlainCloud(backend, ownerTag) {
                @Override
                void requireOpen() {
                    assertThat(ownerTag).isNotNull();
                }
            };
        }
    }

    static class LeakedThread extends Kit {
        @Override
        protected EniCloud newCloud(OwnerTag ownerTag) {
            BadProviderKitTest.leak(LEAK);
            return new PlainCloud(backend, ownerTag);
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(ChangingIdentity.class, "node"),
                Arguments.of(FirstPageOnly.class, "cld01"),
                Arguments.of(DescribesEveryOwnerTag.class, "cld02"),
                Arguments.of(ForgottenToken.class, "cld10"),
                Arguments.of(TaggedLate.class, "cld11"),
                Arguments.of(Vanishing.class, "cld12"),
                Arguments.of(AttachTwiceFails.class, "cld20"),
                Arguments.of(NoLimit.class, "cld21"),
                Arguments.of(DetachOfGoneFails.class, "cld30"),
                Arguments.of(DeleteOfGoneFails.class, "cld31"),
                Arguments.of(DeleteDetaches.class, "cld32"),
                Arguments.of(LostInterrupt.class, "cld41"),
                Arguments.of(IgnoresInterruptWhileWaiting.class, "cld41"),
                Arguments.of(WorksAfterClose.class, "cld42"),
                Arguments.of(LeakedThread.class, "cld42"),
                Arguments.of(OneMacForAll.class, "eni"),
                Arguments.of(TakesOthersEnisForFree.class, "cld02"),
                Arguments.of(OffersTheFirstInterface.class, "cld02"),
                Arguments.of(UnknownStatusFails.class, "cld03"),
                Arguments.of(LimitOfTheInstanceType.class, "cld04"),
                Arguments.of(LimitOfWhatIsLeft.class, "cld04"),
                Arguments.of(TokensInMemory.class, "cld10"),
                Arguments.of(OneRequestForAll.class, "cld10"),
                Arguments.of(DescribesDeletedAgain.class, "cld12"),
                Arguments.of(OneNumberForAll.class, "attach"),
                Arguments.of(ThrottlingIsFatal.class, "cld40"),
                Arguments.of(NoPermissionIsRetried.class, "cld40"),
                Arguments.of(LostAnswersAreFailures.class, "cld40"),
                Arguments.of(InterruptionIsFatal.class, "cld41"),
                Arguments.of(LostInterruptInAttach.class, "cld41"),
                Arguments.of(IgnoresInterruptInCreate.class, "cld41"),
                Arguments.of(IgnoresInterruptInDelete.class, "cld41"),
                Arguments.of(LeaksAThreadWhenInterrupted.class, "cld42"),
                Arguments.of(LeaksAThreadInCreate.class, "cld42"),
                Arguments.of(SecondCloseFails.class, "cld42"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isCaughtByItsRuleAlone(Class<?> kit, String rule) {
        KitResult kitResult = KitResult.of(kit);

        assertThat(kitResult.brokenRules()).as("%s", kitResult.failures()).containsExactly(rule);
        assertThat(kitResult.failures().values())
                .allSatisfy(said -> assertThat(said).containsIgnoringCase(rule.replace("cld", "CLD-")));
        assertThat(kitResult.passed()).isNotEmpty();
    }

    @AfterAll
    static void endLeaks() {
        LEAK.countDown();
    }
}
