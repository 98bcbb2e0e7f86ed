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

        var withVectors = points[0].Vectors is not null;
        var table = withVectors ? Tables.Make(">id", "payload", "vectors") : Tables.Make(">id", "payload");
        foreach (var point in points)
        {
            string[] cells = [point.Id.ToString(), Shown.Summary(point.Payload)];
            table.Add(withVectors ? [.. cells, Vectors(point)] : cells);
        }

        output.Console.Write(table);
    }

    private static string Vectors(PointRecord point) => string.Join('\n', point.Vectors!.Select(
        pair => (pair.Key.Length == 0 ? "" : pair.Key + " ") + Shown.Vector(pair.Value)));
}
