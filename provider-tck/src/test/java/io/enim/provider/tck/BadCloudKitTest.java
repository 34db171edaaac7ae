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
import io.enim.provider.Mark;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
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
        final PlainCloud.Backend backend = new PlainCloud.Backend(troubles());

        Troubles troubles() {
            return new Troubles();
        }

        @Override
        protected Duration patience() {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream().limit(4).toList();
                }
            };
        }
    }

    static class EveryMark extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                boolean isOurs(CloudEni eni) {
                    return true;
                }
            };
        }
    }

    static class ForgottenToken extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                public CloudEni create(CreateRequest request) {
                    return super.create(new CreateRequest(CloudBench.token(), request.mark()));
                }
            };
        }
    }

    static class MarkedLate extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            Set<String> seen = new HashSet<>();
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                int limit() {
                    return 100;
                }
            };
        }
    }

    static class DetachOfGoneFails extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
            return Optional.of(backend.troubles.injector());
        }

        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark);
        }

        @Override
        abstract Troubles troubles();
    }

    static class DeafWhileWaiting extends FaultyKit {
        @Override
        Troubles troubles() {
            return new DeafTroubles("describe");
        }
    }

    static class DeafInCreate extends FaultyKit {
        @Override
        Troubles troubles() {
            return new DeafTroubles("create");
        }
    }

    static class DeafInDelete extends FaultyKit {
        @Override
        Troubles troubles() {
            return new DeafTroubles("delete");
        }
    }

    /** One method waits for its answer whatever comes. */
    private static final class DeafTroubles extends Troubles {
        private final String deaf;

        DeafTroubles(String deaf) {
            this.deaf = deaf;
        }

        @Override
        void interrupted(String method) {
            if (!method.equals(deaf)) {
                super.interrupted(method);
            }
            hang(method);
            Thread.currentThread().interrupt();
        }
    }

    static class LostInterruptInAttach extends FaultyKit {
        @Override
        Troubles troubles() {
            return new Troubles() {
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
        Troubles troubles() {
            return new Troubles() {
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
        Troubles troubles() {
            return new Troubles() {
                @Override
                RuntimeException throttled(String method) {
                    return new FatalProviderException(Refusal.OTHER, "Throttling", method + ": HTTP 400");
                }
            };
        }
    }

    static class NoPermissionIsRetried extends FaultyKit {
        @Override
        Troubles troubles() {
            return new Troubles() {
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
        Troubles troubles() {
            return new Troubles() {
                @Override
                RuntimeException lost(String method) {
                    return new RetryableProviderException(Refusal.UNAVAILABLE, "", method + ": connection reset");
                }
            };
        }
    }

    static class LeaksAThreadWhenInterrupted extends FaultyKit {
        @Override
        Troubles troubles() {
            return new Troubles() {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                public List<CloudEni> describe() {
                    return super.describe().stream()
                            .map(eni -> eni.mark().equals(Optional.of(mark)) ? eni : MarkedLate.unmarked(eni))
                            .toList();
                }
            };
        }
    }

    static class OffersTheFirstInterface extends Kit {
        private static final String OWN = "eni-own";

        @Override
        protected Set<String> notOurs() {
            return Set.of(OWN);
        }

        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected Optional<Runnable> makeStrange(String eniId) {
            strange = true;
            return Optional.of(() -> strange = false);
        }

        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            Map<String, String> known = new ConcurrentHashMap<>();
            return new PlainCloud(backend, mark) {
                @Override
                public CloudEni create(CreateRequest request) {
                    String mine = known.computeIfAbsent(request.token(), token -> CloudBench.token());
                    return super.create(new CreateRequest(mine, request.mark()));
                }
            };
        }
    }

    static class OneRequestForAll extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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

    static class Resurrects extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                void put(CloudEni eni, Status status, int number, Optional<String> instance) {
                    super.put(eni, status, Math.min(1, number), instance);
                }
            };
        }
    }

    static class OneMacForAll extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
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
                                    eni.mark(),
                                    eni.created()))
                            .toList();
                }
            };
        }
    }

    static class WorksAfterClose extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                void requireOpen() {
                    assertThat(mark).isNotNull();
                }
            };
        }
    }

    static class LeakedThread extends Kit {
        @Override
        protected EniCloud newCloud(Mark mark) {
            BadProviderKitTest.leak(LEAK);
            return new PlainCloud(backend, mark);
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(ChangingIdentity.class, "node"),
                Arguments.of(FirstPageOnly.class, "cld01"),
                Arguments.of(EveryMark.class, "cld02"),
                Arguments.of(ForgottenToken.class, "cld10"),
                Arguments.of(MarkedLate.class, "cld11"),
                Arguments.of(Vanishing.class, "cld12"),
                Arguments.of(AttachTwiceFails.class, "cld20"),
                Arguments.of(NoLimit.class, "cld21"),
                Arguments.of(DetachOfGoneFails.class, "cld30"),
                Arguments.of(DeleteOfGoneFails.class, "cld31"),
                Arguments.of(DeleteDetaches.class, "cld32"),
                Arguments.of(LostInterrupt.class, "cld41"),
                Arguments.of(DeafWhileWaiting.class, "cld41"),
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
                Arguments.of(Resurrects.class, "cld12"),
                Arguments.of(OneNumberForAll.class, "attach"),
                Arguments.of(ThrottlingIsFatal.class, "cld40"),
                Arguments.of(NoPermissionIsRetried.class, "cld40"),
                Arguments.of(LostAnswersAreFailures.class, "cld40"),
                Arguments.of(InterruptionIsFatal.class, "cld41"),
                Arguments.of(LostInterruptInAttach.class, "cld41"),
                Arguments.of(DeafInCreate.class, "cld41"),
                Arguments.of(DeafInDelete.class, "cld41"),
                Arguments.of(LeaksAThreadWhenInterrupted.class, "cld42"),
                Arguments.of(LeaksAThreadInCreate.class, "cld42"),
                Arguments.of(SecondCloseFails.class, "cld42"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isCaughtByItsRuleAlone(Class<?> kit, String rule) {
        Verdict verdict = Verdict.of(kit);

        assertThat(verdict.brokenRules()).as("%s", verdict.failures()).containsExactly(rule);
        assertThat(verdict.failures().values())
                .allSatisfy(said -> assertThat(said).containsIgnoringCase(rule.replace("cld", "CLD-")));
        assertThat(verdict.passed()).isNotEmpty();
    }

    @AfterAll
    static void endLeaks() {
        LEAK.countDown();
    }
}
