package io.enim.provider.aws;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides as IAM does, as far as this project's policy needs it: statements that allow, asterisks, {@code StringEquals}. */
final class IamPolicy {
    private final List<Statement> statements = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    private record Statement(String sid, List<?> actions, List<?> resources, Map<?, ?> equal) {}

    IamPolicy(String json) throws IOException {
        for (Object each : (List<?>) JSON.std.mapFrom(json).get("Statement")) {
            Map<?, ?> statement = (Map<?, ?>) each;
            if (!"Allow".equals(statement.get("Effect"))) {
                throw new IllegalArgumentException("not understood: " + statement);
            }
            Object condition = statement.get("Condition");
            Map<?, ?> equal = condition == null ? Map.of() : (Map<?, ?>) ((Map<?, ?>) condition).get("StringEquals");
            statements.add(new Statement(
                    (String) statement.get("Sid"),
                    list(statement.get("Action")),
                    list(statement.get("Resource")),
                    equal));
        }
    }

    private static List<?> list(Object oneOrMany) {
        return oneOrMany instanceof List<?> many ? many : List.of(oneOrMany);
    }

    /** Whether the action on this resource is allowed in this context. */
    boolean allows(String action, String resource, Map<String, String> context) {
        List<Statement> allowing = statements.stream()
                .filter(statement -> statement.actions().contains("ec2:" + action))
                .filter(statement ->
                        statement.resources().stream().anyMatch(pattern -> matches((String) pattern, resource)))
                .filter(statement -> statement.equal().entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(context.get(wanted.getKey()))))
                .toList();
        allowing.forEach(statement -> statement.resources().stream()
                .filter(pattern -> matches((String) pattern, resource))
                .forEach(pattern -> used.add(grant(statement, "ec2:" + action, pattern))));
        return !allowing.isEmpty();
    }

    private static boolean matches(String pattern, String resource) {
        return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), resource);
    }

    private static String grant(Statement statement, Object action, Object resource) {
        return statement.sid() + ": " + action + " on " + resource;
    }

    /** What it allows and nothing has asked for. */
    Set<String> unused() {
        Set<String> all = new HashSet<>();
        for (Statement statement : statements) {
            statement
                    .actions()
                    .forEach(action ->
                            statement.resources().forEach(resource -> all.add(grant(statement, action, resource))));
        }
        all.removeAll(used);
        return all;
    }
}
