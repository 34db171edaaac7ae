package io.enim.core.internal.allocator;

import io.enim.core.internal.allocator.AllocatorCall.Verb;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** The allocator's methods as Lincheck calls them, on two keys and two ENIs of which one is there at first. */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "eni", gen = IntGen.class, conf = "0:1")
public abstract class AllocatorScenario {
    static final int FREE = 1;

    /**
     * An answer. Lincheck repeats a failed interleaving and expects the same answers; leases are new objects then, so
     * answers are equal if their texts are.
     */
    record Answer(Object value) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Answer answer && answer.toString().equals(toString());
        }

        @Override
        public int hashCode() {
            return toString().hashCode();
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    private final AllocatorDriver driver;

    AllocatorScenario(AllocatorDriver driver) {
        this.driver = driver.with(FREE);
    }

    /** The operation of a method of this class. */
    static AllocatorCall call(String method, List<Object> arguments) {
        return new AllocatorCall(verb(method), argument(arguments, 0), argument(arguments, 1));
    }

    /** A scenario: the calls before, of each thread, and after. */
    static ExecutionScenario scenario(
            List<AllocatorCall> before, List<List<AllocatorCall>> threads, List<AllocatorCall> after) {
        return new ExecutionScenario(
                actors(before), threads.stream().map(AllocatorScenario::actors).toList(), actors(after), null);
    }

    private static List<Actor> actors(List<AllocatorCall> calls) {
        return calls.stream().map(AllocatorScenario::actor).toList();
    }

    private static Actor actor(AllocatorCall call) {
        for (Method method : AllocatorScenario.class.getMethods()) {
            if (method.isAnnotationPresent(Operation.class) && verb(method.getName()) == call.verb()) {
                return new Actor(
                        method, List.<Object>of(call.subject(), call.key()).subList(0, method.getParameterCount()));
            }
        }
        throw new IllegalArgumentException(call + ": no method of this class has this verb");
    }

    static Verb verb(String method) {
        return Verb.valueOf(method.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT));
    }

    private static int argument(List<Object> arguments, int index) {
        return index < arguments.size() ? (Integer) arguments.get(index) : 0;
    }

    private Object execute(Verb verb, int first, int second) {
        return new Answer(driver.execute(new AllocatorCall(verb, first, second)));
    }

    @Operation
    public Object allocate(@Param(name = "key") int key) {
        return execute(Verb.ALLOCATE, key, 0);
    }

    @Operation
    public Object lease(@Param(name = "key") int key) {
        return execute(Verb.LEASE, key, 0);
    }

    @Operation
    public Object release(@Param(name = "key") int key) {
        return execute(Verb.RELEASE, key, 0);
    }

    @Operation
    public Object releaseToCooldown(@Param(name = "key") int key) {
        return execute(Verb.RELEASE_TO_COOLDOWN, key, 0);
    }

    @Operation
    public Object releaseToLast(@Param(name = "key") int key) {
        return execute(Verb.RELEASE_TO_LAST, key, 0);
    }

    @Operation
    public Object releaseLease(@Param(name = "key") int key) {
        return execute(Verb.RELEASE_LEASE, key, 0);
    }

    @Operation
    public Object add(@Param(name = "eni") int eni) {
        return execute(Verb.ADD, eni, 0);
    }

    @Operation
    public Object addCoolingDown(@Param(name = "eni") int eni) {
        return execute(Verb.ADD_COOLING_DOWN, eni, 0);
    }

    @Operation
    public Object reuse(@Param(name = "eni") int eni) {
        return execute(Verb.REUSE, eni, 0);
    }

    @Operation
    public Object retire(@Param(name = "eni") int eni) {
        return execute(Verb.RETIRE, eni, 0);
    }

    @Operation
    public Object quarantine(@Param(name = "eni") int eni) {
        return execute(Verb.QUARANTINE, eni, 0);
    }

    @Operation
    public Object status(@Param(name = "eni") int eni) {
        return execute(Verb.STATUS, eni, 0);
    }

    @Operation
    public Object adopt(@Param(name = "eni") int eni, @Param(name = "key") int key) {
        return execute(Verb.ADOPT, eni, key);
    }

    @Operation
    public Object allocateEni(@Param(name = "eni") int eni, @Param(name = "key") int key) {
        return execute(Verb.ALLOCATE_ENI, eni, key);
    }

    @Operation
    public Object snapshot() {
        return execute(Verb.SNAPSHOT, 0, 0);
    }
}
