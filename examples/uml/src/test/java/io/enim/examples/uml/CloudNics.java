package io.enim.examples.uml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only in the machine that the build makes for it; says on the console why not. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CloudNics.Condition.class)
@interface CloudNics {
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String state = System.getProperty("enim.uml", "not started through examples/uml/bin/java");
            if (state.equals("ready")) {
                return ConditionEvaluationResult.enabled("in user-mode Linux");
            }
            String reason = state + ": " + System.getProperty("enim.uml.reason", "no reason was given");
            System.out.println(context.getDisplayName() + " left out, user-mode Linux is " + reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
