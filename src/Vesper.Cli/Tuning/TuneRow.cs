using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Tuning;

/// <summary>What one setting came to: the fewest probes that reach the recall, or the most that were tried.</summary>
/// <param name="Options">The setting, with the probes.</param>
/// <param name="BytesPerRow">Bytes of a row in the lists.</param>
/// <param name="Recall">Mean recall@k.</param>
/// <param name="QueriesPerSecond">On one thread.</param>
/// <param name="BuildSeconds">Time to index the sample.</param>
/// <param name="Reaches">Whether the recall is the wanted one.</param>
internal sealed record TuneRow(
    IvfOptions Options, int BytesPerRow, double Recall, double QueriesPerSecond, double BuildSeconds, bool Reaches)
{
    /// <summary>The options of <c>create</c> that make this setting.</summary>
    public string CommandLine
    {
        get
        {
            var encoding = CollectionSummary.NameOf(Options.Encoding);
            var text = string.Create(
                CultureInfo.InvariantCulture, $"--index ivf --encoding {encoding} --nprobe {Options.Probes}");
            text += Options.Bits > 0 ? string.Create(CultureInfo.InvariantCulture, $" --nbits {Options.Bits}") : "";
            text += Options.Parts > 0 ? string.Create(CultureInfo.InvariantCulture, $" --m {Options.Parts}") : "";
            return text + (Options.Opq ? " --opq" : "");
        }
    }

    /// <summary>An empty table.</summary>
    public static Table MakeTable(int k) => Tables.Make(
        "encoding", ">bits", ">m", "opq", ">bytes/row", ">nprobe", $">recall@{k}", ">queries/s", ">build s", "reaches");

    /// <summary>Adds the row to a table.</summary>
    public void AddTo(Table table) => table.Add(
        CollectionSummary.NameOf(Options.Encoding),
        Options.Bits > 0 ? Shown.Number(Options.Bits) : "",
        Options.Parts > 0 ? Shown.Number(Options.Parts) : "",
        Options.Opq ? "yes" : "",
        Shown.Number(BytesPerRow),
        Shown.Number(Options.Probes),
        Shown.Number(Recall, 4),
        Shown.Number(QueriesPerSecond),
        Shown.Number(BuildSeconds, 1),
        Reaches ? "yes" : "no");

    /// <summary>Writes the keys of the row.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("encoding"u8, CollectionSummary.NameOf(Options.Encoding));
        writer.WriteNumber("nbits"u8, Options.Bits);
        writer.WriteNumber("m"u8, Options.Parts);
        writer.WriteBoolean("opq"u8, Options.Opq);
        writer.WriteNumber("bytes_per_row"u8, BytesPerRow);
        writer.WriteNumber("nprobe"u8, Options.Probes);
        writer.WriteNumber("recall"u8, Math.Round(Recall, 6));
        writer.WriteNumber("qps"u8, Math.Round(QueriesPerSecond, 1));
        writer.WriteNumber("build_s"u8, Math.Round(BuildSeconds, 2));
        writer.WriteBoolean("reaches"u8, Reaches);
    }
}
