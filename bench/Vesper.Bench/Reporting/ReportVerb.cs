using System.CommandLine;
using Vesper.Bench.Reporting.Pages;
using Vesper.Bench.Reporting.Reading;

namespace Vesper.Bench.Reporting;

/// <summary><c>report</c>: measurements as a page and as Markdown.</summary>
internal static class ReportVerb
{
    /// <summary>Makes the verb. Exit code 0: written; 1: there is nothing to report, or it cannot be written.</summary>
    public static Command Create()
    {
        var input = new Argument<FileInfo>("RESULTS.jsonl") { Description = "Measurements, one JSON object a line" };
        var html = new Option<FileInfo?>("--html")
        {
            Description = "The page to write; beside the measurements when left out",
            HelpName = "FILE",
        };
        var markdown = new Option<FileInfo?>("--markdown")
        {
            Description = "The Markdown summary to write; beside the measurements when left out",
            HelpName = "FILE",
        };
        var verb = new Command("report", "Write measurements as one HTML page and a Markdown summary")
        {
            input, html, markdown,
        };
        verb.SetAction(parsed =>
        {
            var from = parsed.GetRequiredValue(input).FullName;
            return Run(
                from,
                parsed.GetValue(html)?.FullName ?? Path.ChangeExtension(from, ".html"),
                parsed.GetValue(markdown)?.FullName ?? Path.ChangeExtension(from, ".md"),
                parsed.InvocationConfiguration);
        });
        return verb;
    }

    private static int Run(string from, string html, string markdown, InvocationConfiguration console)
    {
        try
        {
            var file = ResultFile.Read(from);
            foreach (var warning in file.Warnings)
            {
                console.Error.WriteLine($"warning: {from}: {warning}");
            }

            var page = ReportBuilder.Build(file.Measurements, file.Warnings);
            Write(html, HtmlWriter.Write(page), console);
            Write(markdown, MarkdownWriter.Write(page), console);
            return 0;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"error: {error.Message}");
            return 1;
        }
    }

    private static void Write(string path, string text, InvocationConfiguration console)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        console.Output.WriteLine(path);
    }
}
