package io.enim.examples.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Table table = new Table("ENI", "STATE", "HOLDER");
        table.row("eni-1", "READY", "-");
        table.row("eni-100", "IN_USE", "shop/cart");
        assertThat(table).hasToString("ENI      STATE   HOLDER\neni-1    READY   -\neni-100  IN_USE  shop/cart\n");
    }

    @Test
    void anEmptyTableSaysWhatThatMeans() {
        Table table = new Table("A");
        assertThat(table.or("nothing here")).isEqualTo("nothing here\n");
        table.row("x");
        assertThat(table.or("nothing here")).isEqualTo("A\nx\n");
    }

    @Test
    void aRowHasACellForEachColumn() {
        assertThatThrownBy(() -> new Table("A", "B").row("x")).hasMessageContaining("1 cells");
    }
}
