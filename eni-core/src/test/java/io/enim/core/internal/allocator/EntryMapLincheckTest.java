package io.enim.core.internal.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Lincheck on the map alone: one bucket, whose chain is so long at first that the first insertion splits it. */
class EntryMapLincheckTest {
    private static final boolean LONG = Boolean.getBoolean("enim.long");

    private static final class Value extends EntryMap.Entry<Integer> {
        private final AtomicBoolean over = new AtomicBoolean();

        Value(int key) {
            super(key);
        }

        @Override
        boolean isOver() {
            return over.get();
        }
    }

    /** The map as a set of keys. */
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    public static final class Scenario {
        private final EntryMap<Integer, Value> map = new EntryMap<>(0, 1, 4);

        /** Starts with keys that stay. */
        public Scenario() {
            IntStream.range(2, 6).forEach(this::put);
        }

        @Operation
        public boolean put(@Param(name = "key") int key) {
            return map.putIfAbsent(new Value(key)) == null;
        }

        @Operation
        public boolean has(@Param(name = "key") int key) {
            return map.get(key) != null;
        }

        /** Whether this call ended the key's entry. */
        @Operation
        public boolean end(@Param(name = "key") int key) {
            Value value = map.get(key);
            return value != null && value.over.compareAndSet(false, true);
        }
    }

    /** The sequential specification. */
    public static final class Model {
        private final Set<Integer> keys = new HashSet<>();

        public boolean put(int key) {
            return keys.add(key);
        }

        public boolean has(int key) {
            return keys.contains(key);
        }

        public boolean end(int key) {
            return keys.remove(key);
        }
    }

    @Test
    void i2_modelChecking() {
        new ModelCheckingOptions()
                .checkObstructionFreedom(true)
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsBefore(0)
                .actorsPerThread(2)
                .actorsAfter(2)
                .iterations(LONG ? 300 : 20)
                .invocationsPerIteration(LONG ? 1_000 : 200)
                .check(Scenario.class);
    }

    @Test
    void i2_stress() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsPerThread(3)
                .actorsAfter(4)
                .iterations(LONG ? 200 : 3)
                .invocationsPerIteration(500)
                .check(Scenario.class);
    }

    @Test
    void itShowsEachEntryThatIsNotOver() {
        EntryMap<Integer, Value> map = new EntryMap<>(0, 1, 4);
        for (int key = 0; key < 100; key++) {
            Value value = new Value(key);
            map.putIfAbsent(value);
            value.over.set(key % 10 == 0);
        }
        Set<Integer> shown = new TreeSet<>();
        map.forEach(value -> assertThat(shown.add(value.key())).isTrue());
        assertThat(shown).hasSize(90).allMatch(key -> key % 10 != 0);
    }
}
