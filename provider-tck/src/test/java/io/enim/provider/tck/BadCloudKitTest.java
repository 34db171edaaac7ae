package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.NodeIdentity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clouds that break one rule each are caught by that rule and by no other. */
class BadCloudKitTest {
    private static final CountDownLatch LEAK = new CountDownLatch(1);

    abstract static class Kit extends EniCloudKit {
        final PlainCloud.Backend backend = new PlainCloud.Backend();

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

        private static CloudEni unmarked(CloudEni eni) {
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

    static class DeafWhileWaiting extends Kit {
        private final CountDownLatch gate = new CountDownLatch(1);
        private final AtomicBoolean begun = new AtomicBoolean();
        private final AtomicBoolean reached = new AtomicBoolean();

        @Override
        protected Optional<Stall> stall() {
            return Optional.of(new Stall() {
                @Override
                public void begin() {
                    begun.set(true);
                }

                @Override
                public boolean isReached() {
                    return reached.get();
                }

                @Override
                public void end() {
                    gate.countDown();
                }
            });
        }

        @Override
        protected EniCloud newCloud(Mark mark) {
            return new PlainCloud(backend, mark) {
                @Override
                public List<CloudEni> describe() {
                    if (begun.getAndSet(false)) {
                        reached.set(true);
                        awaitWhateverComes();
                    }
                    return super.describe();
                }
            };
        }

        private void awaitWhateverComes() {
            boolean interrupted = false;
            while (gate.getCount() > 0) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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
                Arguments.of(LeakedThread.class, "cld42"));
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
