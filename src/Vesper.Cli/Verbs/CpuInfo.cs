using System.Text.Json;
using Spectre.Console;
using Vesper.Cli.Terminal;
using Vesper.Numerics.Kernels;

namespace Vesper.Cli.Verbs;

/// <summary><c>info --cpu</c>: the processor and the kernels that are used on it; needs no database.</summary>
internal static class CpuInfo
{
    /// <summary>Writes the report of this machine.</summary>
    public static void Write(Output output)
    {
        var report = CpuReport.Read();
        output.Write(writer => WriteJson(writer, report), console => WriteTable(console, report));
    }

    private static void WriteJson(Utf8JsonWriter writer, CpuReport report)
    {
        writer.WriteString("brand"u8, report.Brand);
        writer.WriteString("architecture"u8, $"{report.Architecture}");
        writer.WriteNumber("processors"u8, report.Processors);
        writer.WriteStartArray("instruction_sets"u8);
        foreach (var set in report.InstructionSets)
        {
            writer.WriteStringValue(set);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("data_cache_bytes"u8);
        foreach (var cache in report.Caches)
        {
            writer.WriteNumber($"L{cache.Level}", cache.Bytes);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("kernels"u8);
        foreach (var kernel in report.Kernels)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, kernel.Name);
            writer.WriteNumber("width_bits"u8, kernel.WidthBits);
            writer.WriteBoolean("supported"u8, kernel.IsSupported);
            writer.WriteBoolean("chosen"u8, kernel.IsChosen);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("vesper_kernel"u8, report.Forced);
    }

    private static void WriteTable(IAnsiConsole console, CpuReport report) => console.Write(
        Tables.Make("processor", report.Brand)
            .Add("architecture", $"{report.Architecture}")
            .Add("processors", Shown.Number(report.Processors))
            .Add("instruction sets", string.Join(", ", report.InstructionSets))
            .Add("data caches", string.Join(", ", report.Caches))
            .Add("kernels", string.Join(", ", report.Kernels))
            .Add("VESPER_KERNEL", report.Forced ?? "not set"));
}
