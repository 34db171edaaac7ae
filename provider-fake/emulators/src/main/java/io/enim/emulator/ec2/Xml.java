package io.enim.emulator.ec2;

import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Writes the small part of XML that EC2 answers with: elements and text. */
final class Xml {
    private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

    private final StringBuilder out = new StringBuilder();

    private Xml() {}

    /** An answer to an action. */
    static String answer(String action, String requestId, Consumer<Xml> content) {
        return document(action + "Response", " xmlns=\"" + NAMESPACE + "\"", xml -> {
            xml.text("requestId", requestId);
            content.accept(xml);
        });
    }

    static String document(String root, String attributes, Consumer<Xml> content) {
        Xml xml = new Xml();
        xml.out
                .append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<")
                .append(root)
                .append(attributes)
                .append(">\n");
        content.accept(xml);
        xml.out.append("</").append(root).append(">\n");
        return xml.out.toString();
    }

    Xml text(String name, Object value) {
        out.append('<').append(name).append('>');
        String.valueOf(value).chars().forEach(character -> {
            switch (character) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                default -> out.append((char) character);
            }
        });
        out.append("</").append(name).append(">\n");
        return this;
    }

    Xml group(String name, Consumer<Xml> content) {
        out.append('<').append(name).append(">\n");
        content.accept(this);
        out.append("</").append(name).append(">\n");
        return this;
    }

    /** The items of a set, each in an element {@code item}. */
    <T> Xml set(String name, Collection<T> items, BiConsumer<Xml, T> content) {
        return group(name, set -> items.forEach(each -> set.group("item", item -> content.accept(item, each))));
    }
}
