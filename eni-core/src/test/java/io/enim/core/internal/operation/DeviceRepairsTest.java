package io.enim.core.internal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.core.internal.exec.EndpointTask;
import io.enim.core.internal.exec.Execution;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceRepairsTest {
    private final DeviceRepairs repairs = new DeviceRepairs();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final FutureTask<String> repair = new FutureTask<>(() -> repairs.announcing("eni-1", this::repaired));
    private final CountDownLatch begun = new CountDownLatch(1);

    @BeforeEach
    void aRepairIsUnderWay() throws InterruptedException {
        new Thread(repair, "repair").start();
        begun.await();
    }

    @AfterEach
    void end() {
        goOn.countDown();
    }

    private String repaired() {
        begun.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "repaired";
    }

    private static EndpointTask<String> add(Duration timeout) {
        return new EndpointTask<>(
                "ADD", Endpoint.of("default", "web"), Execution.JDK.deadline(timeout), running -> "done");
    }

    @Test
    void p16_anAddWaitsForTheRepairThatMayHaveFoundItsEniFreeAndForNoOther() throws Exception {
        repairs.awaitEnd("eni-2", add(Duration.ofMinutes(1)));
        FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            repairs.awaitEnd("eni-1", add(Duration.ofMinutes(1)));
            return repair.isDone() || goOn.getCount() == 0;
        });
        Thread adding = new Thread(waiting, "add");
        adding.start();
        Awaitility.await("it waits").until(() -> adding.getState() == Thread.State.TIMED_WAITING);
        goOn.countDown();
        assertThat(waiting.get()).isTrue();
        repairs.awaitEnd("eni-1", add(Duration.ofMinutes(1)));
    }

    @Test
    void p8_theWaitEndsAtTheDeadline() {
        assertThatThrownBy(() -> repairs.awaitEnd("eni-1", add(Duration.ofMillis(1))))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("try again");
    }
}
