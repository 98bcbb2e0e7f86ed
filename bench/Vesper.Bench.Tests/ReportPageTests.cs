using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Vesper.Bench.Measuring;
using Vesper.Bench.Reporting;
using Vesper.Bench.Reporting.Pages;

namespace Vesper.Bench.Tests;

/// <summary>The page shows all that was measured, needs nothing else, and says what it does not claim.</summary>
public sealed partial class ReportPageTests
{
    // A directory named here keeps the sample's page and Markdown, to be looked at.
    private const string KeptIn = "VESPER_REPORT_SAMPLE";

    private static readonly ReportPage Page = ReportBuilder.Build(ReportSample.Make(), []);
    private static readonly string Html = HtmlWriter.Write(Page);
    private static readonly string Markdown = MarkdownWriter.Write(Page);

    [Fact]
    public void Every_experiment_has_a_section()
    {
        string[] expected =
        [
            "machine", "noise", "ratios", "recall", "latency", "build", "persist", "filter", "memory", "durable",
            "recover", "mixed", "limits", "other", "skipped", "facts",
        ];
        Assert.Equal(expected, Page.Sections.Select(section => section.Id));
        Assert.All(expected, id => Assert.Contains($"<section id=\"{id}\"", Html));
        if (Environment.GetEnvironmentVariable(KeptIn) is { Length: > 0 } directory)
        {
            File.WriteAllText(Path.Combine(directory, "report.html"), Html);
            File.WriteAllText(Path.Combine(directory, "report.md"), Markdown);
        }
    }

    [Fact]
    public void What_was_not_measured_has_no_section()
    {
        var page = ReportBuilder.Build([ReportSample.Point("vesper", "flat", 1, 10)], []);
        Assert.Equal(["machine", "noise", "recall", "latency"], page.Sections.Select(section => section.Id));
    }

    [Fact]
    public void Nothing_of_an_unknown_experiment_is_lost()
    {
        Assert.Contains("novel", Markdown);
        Assert.Contains("wonder/s", Markdown);
        Assert.Contains("npm could not find better-sqlite3", Html);
        Assert.Contains("make.py", Markdown);
    }

    [Fact]
    public void The_page_needs_no_network_and_no_script()
    {
        var links = Html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
        Assert.DoesNotMatch("https?://|<script|<link rel=\"stylesheet|@import|url\\(", links);
    }

    [Fact]
    public void Every_drawing_is_well_formed_has_a_label_and_stays_inside()
    {
        var drawings = Drawing().Matches(Html).Select(match => XElement.Parse(match.Value)).ToArray();
        Assert.True(drawings.Length > 30);
        foreach (var drawing in drawings.Where(one => one.Attribute("aria-hidden") is null))
        {
            Assert.NotEmpty(drawing.Attribute("aria-label")!.Value);
            var box = drawing.Attribute("viewBox")!.Value.Split(' ').Select(Number).ToArray();
            Assert.DoesNotContain("NaN", drawing.ToString());
            foreach (var element in drawing.Descendants())
            {
                Assert.All(Positions(element, "x", "x1", "x2", "width"), x => Assert.InRange(x, 0, box[2]));
                Assert.All(Positions(element, "y", "y1", "y2", "height"), y => Assert.InRange(y, 0, box[3]));
                Assert.All(Points(element), point => Assert.InRange(point.X, 0, box[2]));
                Assert.All(Points(element), point => Assert.InRange(point.Y, 0, box[3]));
            }
        }
    }

    [Fact]
    public void Names_are_text_not_markup()
    {
        var page = ReportBuilder.Build([ReportSample.Point("vesper", "<b>|x_y*", 0.96, 10)], ["Line 3: <i>"]);
        Assert.DoesNotContain("<b>", HtmlWriter.Write(page));
        Assert.DoesNotContain("<i>", HtmlWriter.Write(page));
        Assert.Contains("&lt;b>\\|x\\_y\\*", MarkdownWriter.Write(page));
    }

    [Fact]
    public void A_ratio_is_of_the_best_at_equal_recall_with_both_points_behind_it()
    {
        var markdown = MarkdownWriter.Write(ReportBuilder.Build(
        [
            ReportSample.Point("vesper", "good", 0.90, 2_000), ReportSample.Point("vesper", "bad", 0.90, 500),
            ReportSample.Point("hnswlib", "only", 0.89, 1_200, ef: 30),
            ReportSample.Point("hnswlib", "only", 0.91, 1_000),
        ],
        []));
        Assert.Contains("| d | hnswlib | **1.83× ± 0 % faster** | – | – |", markdown);
        Assert.Contains("| good: 0.9000, 2,000/s, ef=40 | only: 0.8900, 1,200/s, ef=30; 0.9100, 1,000/s", markdown);
        Assert.Contains("not reached by both | reaches 0.9000 | reaches 0.9100 |", markdown);
    }

    [Fact]
    public void A_difference_within_the_noise_is_none()
    {
        var ours = ReportSample.Point("vesper", "hnsw", 0.90, 1_000);
        var twin = ReportSample.Point("vesper", "hnsw", 0.90, 1_100) with { Twin = true };
        var theirs = ReportSample.Point("hnswlib", "hnsw", 0.90, 950);
        var markdown = MarkdownWriter.Write(ReportBuilder.Build([ours, twin, theirs], []));
        Assert.Matches("1\\.05× ± [0-9.]+ % no difference", markdown);
        Assert.Contains("| recall | d | QPS | 1 |", markdown);
    }

    [Fact]
    public void No_ratio_is_claimed_against_a_generic_build()
    {
        var generic = ReportSample.Point("faiss", "ivf-pq-fs", 0.95, 10) with { Facts = ["a generic build"] };
        var page = ReportBuilder.Build([ReportSample.Point("vesper", "hnsw", 0.95, 1_000), generic], []);
        var markdown = MarkdownWriter.Write(page);
        Assert.Contains("no ratio is claimed", markdown);
        Assert.DoesNotContain("| d | faiss |", markdown);
        Assert.Contains("faiss ivf-pq-fs", HtmlWriter.Write(page));
    }

    [Fact]
    public void A_line_looks_and_is_named_alike_in_all_charts_of_an_experiment()
    {
        var page = ReportBuilder.Build([Opened("crash", 1, 7), Opened("crash", 2, 8), Opened("crash", 2, 9, 100),
            Opened("clean", 1), Opened("clean", 2)], []);
        var section = page.Sections.Single(section => section.Id == "recover");
        var legend = Assert.Single(section.Blocks.OfType<Legend>());
        Assert.Equal(
            ["crash, points per write 1", "crash, points per write 100", "clean"],
            legend.Entries.Select(entry => entry.Name));
        Assert.Equal(3, legend.Entries.Select(entry => entry.Style).Distinct().Count());

        static Measurement Opened(string variant, int points, double? log = null, int perWrite = 1)
        {
            var figures = new Dictionary<string, double> { ["open_ms"] = points };
            var parameters = new Dictionary<string, object> { ["points"] = points };
            if (log is { } bytes)
            {
                (figures["log_bytes"], figures["mb_per_s"]) = (bytes, 5);
                parameters["points_per_write"] = perWrite;
            }

            return ReportSample.Point("vesper", variant, 1, 1) with
            {
                Experiment = "recover",
                Figures = figures,
                Parameters = parameters,
            };
        }
    }

    [Fact]
    public void Two_machines_or_commits_are_said()
    {
        var here = new MachineFacts("A", 1, "", 1, "", "");
        var one = ReportSample.Point("vesper", "flat", 1, 10) with { Commit = "a", Machine = here };
        var other = one with { Commit = "b", Machine = here with { Cpu = "B" }, Engine = "faiss" };
        var markdown = MarkdownWriter.Write(ReportBuilder.Build([one, other], []));
        Assert.Contains("more than one machine", markdown);
        Assert.Contains("more than one commit", markdown);
    }

    [Fact]
    public void The_verb_writes_beside_its_input_and_warns()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var input = Path.Combine(directory.FullName, "run.jsonl");
            File.WriteAllText(input, ReportSample.Lines([ReportSample.Point("vesper", "flat", 1, 10)]) + "{\"exp");
            var (code, _, error) = Invoke(input);
            Assert.Equal(0, code);
            Assert.Contains("warning: ", error);
            Assert.Contains("Line 2: cut off", error);
            Assert.Contains("Line 2: cut off", File.ReadAllText(Path.Combine(directory.FullName, "run.html")));
            Assert.StartsWith("# Vesper", File.ReadAllText(Path.Combine(directory.FullName, "run.md")));
            var page = Path.Combine(directory.FullName, "new", "page.html");
            Assert.Equal(0, Invoke(input, "--html", page, "--markdown", page + ".md").Code);
            Assert.True(File.Exists(page) && File.Exists(page + ".md"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not a measurement\n")]
    public void The_verb_refuses_what_holds_no_measurement(string? text)
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var input = Path.Combine(directory.FullName, "run.jsonl");
            if (text is not null)
            {
                File.WriteAllText(input, text);
            }

            var (code, output, error) = Invoke(input);
            Assert.Equal(1, code);
            Assert.StartsWith("error: ", error);
            Assert.Contains("run.jsonl", error);
            Assert.Empty(output);
            Assert.False(File.Exists(Path.ChangeExtension(input, ".html")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static (int Code, string Output, string Error) Invoke(params string[] arguments)
    {
        var console = new InvocationConfiguration { Output = new StringWriter(), Error = new StringWriter() };
        var code = ReportVerb.Create().Parse(arguments).Invoke(console);
        return (code, console.Output.ToString()!, console.Error.ToString()!);
    }

    private static IEnumerable<double> Positions(XElement element, params string[] names) =>
        names.Select(name => element.Attribute(name)).OfType<XAttribute>().Select(attribute => Number(attribute.Value));

    // Circles are drawn by relative arcs after their first point.
    private static IEnumerable<(double X, double Y)> Points(XElement element) =>
        Regex.Matches(element.Attribute("d")?.Value ?? "", "[ML](?<x>[-0-9.]+) (?<y>[-0-9.]+)")
            .Select(match => (Number(match.Groups["x"].Value), Number(match.Groups["y"].Value)));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();
}
