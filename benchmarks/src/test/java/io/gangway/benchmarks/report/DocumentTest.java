package io.gangway.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class DocumentTest {
    private static final Chart CHART = new Chart(
            "Deliveries & more",
            "Longer is <better>.",
            List.of("ours", "theirs"),
            List.of(
                    new Chart.Group("to 10", List.of(100.0, 50.0), List.of("100/s", "50/s")),
                    new Chart.Group("to 20", List.of(Double.NaN, 0.0), List.of("-", "0/s"))));
    private static final Document DOCUMENT = new Document(
            "Figures",
            List.of("**Other programs** were there."),
            List.of(Section.of("Fan-out", new Table(1, List.of("to", "ours"), List.of(List.of("10 `x`", ">= 1/s"))))
                    .with(CHART)
                    .noting(List.of("a note"))));

    @Test
    void isMarkdownWithoutTheCharts() {
        String lines = DOCUMENT.markdown().replace(System.lineSeparator(), "\n");

        assertEquals(
                "**Other programs** were there.\n\n### Fan-out\n\n| to | ours |\n|---|--:|\n| 10 `x` | >= 1/s |\n\na note\n",
                lines);
    }

    @Test
    void isOneHtmlFileThatNeedsNothingElse() {
        String html = DOCUMENT.html();

        assertTrue(html.contains("<strong>Other programs</strong>"), html);
        assertTrue(html.contains("<td class=\"key\">10 <code>x</code></td><td>&gt;= 1/s</td>"), html);
        assertTrue(html.contains("prefers-color-scheme: dark") && html.contains("@media print"), html);
        String inside = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for (String outside : List.of("http:", "https:", "<script", "<link", "@import", "src=", "url(")) {
            assertFalse(inside.contains(outside), outside);
        }
    }

    @Test
    void drawsBarsInProportionWithTheirFigures() throws Exception {
        org.w3c.dom.Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(CHART.svg())));

        NodeList rectangles = svg.getElementsByTagName("rect");
        assertEquals(1 + 2 + 4, rectangles.getLength(), "ground, legend, bars");
        double longest = width(rectangles, 3);
        assertEquals(longest / 2, width(rectangles, 4), 0.1);
        assertEquals(0, width(rectangles, 5), "unknown");
        assertTrue(width(rectangles, 6) > 0, "zero can be seen");
        assertTrue(svg.getDocumentElement().getTextContent().contains("100/s"));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThrows(
                IllegalArgumentException.class, () -> new Table(1, List.of("one", "two"), List.of(List.of("alone"))));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Chart("", "", List.of("one"), List.of(new Chart.Group("", List.of(), List.of()))));
    }

    private static double width(NodeList rectangles, int at) {
        return Double.parseDouble(
                rectangles.item(at).getAttributes().getNamedItem("width").getNodeValue());
    }
}
