package io.enim.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a test only in the private namespaces that the build starts its JVM in; says on the console why not. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PrivateNamespaces.Condition.class)
public @interface PrivateNamespaces {
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String state = System.getProperty("enim.it.namespaces", "not started through .ci/private-netns");
            if (state.equals("private")) {
                return ConditionEvaluationResult.enabled("in private namespaces");
            }
            String reason = state + ": " + System.getProperty("enim.it.namespaces.reason", "no reason was given");
            System.out.println(context.getDisplayName() + " left out, private namespaces are " + reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
