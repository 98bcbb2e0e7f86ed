using Spectre.Console;
using Vesper.Cli.Files;
using Vesper.Cli.Terminal;

namespace Vesper.Cli;

/// <summary>Shows stored points.</summary>
internal static class PointOutput
{
    /// <summary>Writes points as JSON lines that <c>import</c> reads back, or as a table.</summary>
    public static void Write(Output output, IReadOnlyList<PointRecord> points)
    {
        if (output.IsJson)
        {
            foreach (var point in points)
            {
                output.Json.WriteValue(writer => JsonPoint.Write(writer, point));
            }

            return;
        }

        if (points.Count == 0)
        {
            return;
        }

        string[] payload = points[0].Payload is null ? [] : ["payload"];
        string[] vectors = points[0].Vectors is null ? [] : ["vectors"];
        var table = Tables.Make([">id", .. payload, .. vectors]);
        foreach (var point in points)
        {
            table.Add([
                Shown.Id(point.Id),
                .. payload.Select(_ => Shown.Summary(point.Payload)),
                .. vectors.Select(_ => Shown.Vectors(point.Vectors!))]);
        }

        output.Console.Write(table);
    }
}
