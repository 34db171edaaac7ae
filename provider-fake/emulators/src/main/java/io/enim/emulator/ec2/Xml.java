package io.enim.emulator.ec2;

import java.io.StringWriter;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the small part of XML that EC2 answers with: elements and text. */
final class Xml {
    private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

    /** A piece of the document. */
    private interface Part {
        void write() throws XMLStreamException;
    }

    private final XMLStreamWriter writer;

    private Xml(XMLStreamWriter writer) {
        this.writer = writer;
    }

    /** An answer to an action. */
    static String answer(String action, String requestId, Consumer<Xml> content) {
        return document(action + "Response", NAMESPACE, xml -> {
            xml.text("requestId", requestId);
            content.accept(xml);
        });
    }

    /** A document; an empty namespace is none. */
    static String document(String root, String namespace, Consumer<Xml> content) {
        StringWriter out = new StringWriter();
        try {
            Xml xml = new Xml(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out));
            xml.writer.writeStartDocument("UTF-8", "1.0");
            xml.writer.writeCharacters("\n");
            xml.element(root, () -> {
                if (!namespace.isEmpty()) {
                    xml.writer.writeDefaultNamespace(namespace);
                }
                xml.writer.writeCharacters("\n");
                content.accept(xml);
            });
        } catch (XMLStreamException e) {
            throw new IllegalStateException("write " + root, e);
        }
        return out.toString();
    }

    private Xml element(String name, Part content) {
        try {
            writer.writeStartElement(name);
            content.write();
            writer.writeEndElement();
            writer.writeCharacters("\n");
            return this;
        } catch (XMLStreamException e) {
            throw new IllegalStateException("write " + name, e);
        }
    }

    Xml text(String name, Object value) {
        return element(name, () -> writer.writeCharacters(String.valueOf(value)));
    }

    Xml group(String name, Consumer<Xml> content) {
        return element(name, () -> {
            writer.writeCharacters("\n");
            content.accept(this);
        });
    }

    /** The items of a set, each in an element {@code item}. */
    <T> Xml set(String name, Collection<T> items, BiConsumer<Xml, T> content) {
        return group(name, set -> items.forEach(each -> set.group("item", item -> content.accept(item, each))));
    }
}
