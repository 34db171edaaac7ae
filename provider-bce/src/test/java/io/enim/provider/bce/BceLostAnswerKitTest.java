package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.enim.AmbiguousProviderException;
import io.enim.RetryableProviderException;
import io.enim.emulator.bce.AnswerLoss;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.fake.region.ApiCall;
import io.enim.provider.fake.region.Faults.Kind;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.tck.CloudFixture;
import io.enim.provider.tck.LostAnswerKit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the adapter does when requests or answers do not arrive on BCE's wire, also where the cloud forgets tokens. */
@Tag("slow")
class BceLostAnswerKitTest extends LostAnswerKit {
    private final BceTestFixture lab = BceTestFixture.small();

    @Override
    protected CloudFixture open() {
        BceTestFixture fixture = BceTestFixture.small();
        fixture.bce.forgetTokens();
        return fixture;
    }

    @AfterEach
    void close() {
        Thread.interrupted();
        lab.close();
    }

    @ParameterizedTest
    @EnumSource(AnswerLoss.class)
    void cld40_whatALostCreateMadeIsFoundByItsNameAndNotCreatedAgain(AnswerLoss loss) {
        lab.bce.forgetTokens().loseAnswersBy(loss);
        CreateRequest request = lab.request();
        lab.model.faults().next(ApiCall.CREATE, Kind.LOSE_ANSWER);
        // A busy machine may need more than the first of these times to send anything.
        List<Throwable> thrown = new ArrayList<>();
        for (int millis = 200; creations().isEmpty(); millis *= 2) {
            EniCloud cloud = lab.cloud(Duration.ofMillis(millis));
            thrown.add(catchThrowable(() -> cloud.create(request)));
        }
        assertThat(thrown)
                .filteredOn(AmbiguousProviderException.class::isInstance)
                .hasSize(1);
        String id = lab.cloud().create(request).id();
        assertThat(creations()).hasSize(1);
        assertThat(lab.model.enis()).extracting(SimulatedEni::id).containsExactly(id);
    }

    private List<String> creations() {
        return lab.requests().stream().filter(each -> each.startsWith("POST")).toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = AnswerLoss.class,
            names = {"SILENT", "TRICKLE"})
    void p8_answersThatNeverEndLeaveRoomForMoreRequestsThanThereAreThreads(AnswerLoss loss) {
        EniCloud cloud = lab.cloud(Map.of("call-timeout", "100ms"));
        lab.bce.loseAnswersBy(loss);
        for (int i = 0; i < 20; i++) {
            lab.model.faults().next(ApiCall.DESCRIBE, Kind.LOSE_ANSWER);
            assertThatThrownBy(cloud::describe).hasMessageContaining("no answer within");
        }
        // A busy machine may need more than one of these times to answer; a thread that hangs would need for ever.
        await().ignoreExceptionsInstanceOf(RetryableProviderException.class)
                .until(() -> cloud.describe().isEmpty());
    }

    @Test
    void cld41_anInterruptFromBeforeSendsNothingAndStays() {
        EniCloud cloud = lab.cloud();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> cloud.create(lab.request()))
                .isInstanceOf(RetryableProviderException.class)
                .hasMessageContaining("nothing was sent");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lab.requests()).isEmpty();
    }

    @Test
    void cld42_aCloudMadeAfterTheSdksThreadHasEndedWorks() {
        lab.cloud().close();
        assertThat(lab.cloud().describe()).isEmpty();
    }
}
