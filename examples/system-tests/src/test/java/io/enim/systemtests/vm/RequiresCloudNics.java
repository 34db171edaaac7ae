package io.enim.systemtests.vm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only in a machine that the build makes for it; says on the console why not, or fails for that reason. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresCloudNics.Condition.class)
@interface RequiresCloudNics {
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String machine = System.getProperty("enim.vm", "not started through examples/system-tests/vm/bin/java");
            String reason = System.getProperty("enim.vm.reason", "no reason was given");
            if (machine.equals("missing")) {
                throw new IllegalStateException("The machine that was asked for cannot be had: " + reason);
            }
            if (Set.of("uml", "qemu").contains(machine)) {
                return ConditionEvaluationResult.enabled("in " + machine);
            }
            System.out.println(context.getDisplayName() + " left out, the machine is " + machine + ": " + reason);
            return ConditionEvaluationResult.disabled(machine + ": " + reason);
        }
    }
}
