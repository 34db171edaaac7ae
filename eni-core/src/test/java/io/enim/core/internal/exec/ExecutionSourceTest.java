package io.enim.core.internal.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A simulation owns all that is here only if nothing in core waits, starts threads or reads a clock beside it. */
class ExecutionSourceTest {
    private static final Pattern OWN =
            Pattern.compile("new Thread\\(|new \\w*(ThreadPool|ForkJoin)\\w*\\(|Executors\\.new|LockSupport|new"
                    + " (Reentrant\\w*Lock|Semaphore|CountDownLatch|Phaser|CyclicBarrier|Exchanger|Timer)\\(|new"
                    + " \\w*(Blocking|Transfer|Synchronous|Delay)(Queue|Deque)\\b|\\.(wait|notifyAll?|sleep|timedWait)\\("
                    + "|\\bwait\\(|\\.(invokeAny|invokeAll|orTimeout|completeOnTimeout|delayedExecutor)\\(|\\.get\\([^()]*TimeUnit|\\.get\\([^,()]*\\.toNanos\\(\\),"
                    + " |parallel(Stream)?\\(|\\.(supply|run|then\\w+|handle|whenComplete|complete)Async\\((?!.*executor)|Instant\\.now\\(|Clock\\.system|currentTimeMillis|Math\\.random|ThreadLocalRandom|new"
                    + " (Secure)?Random\\(");

    @Test
    void onlyTheJdksExecutionParks() throws IOException {
        Path main = Path.of(System.getProperty("enim.root"), "eni-core/src/main/java");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(main)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (!file.endsWith("JdkExecution.java")) {
                    Files.readAllLines(file).stream()
                            .filter(line -> !line.strip().startsWith("*")
                                    && OWN.matcher(line).find())
                            .forEach(line -> found.add(main.relativize(file) + ": " + line.strip()));
                }
            }
        }
        assertThat(found).as("see " + Execution.class).isEmpty();
    }
}
