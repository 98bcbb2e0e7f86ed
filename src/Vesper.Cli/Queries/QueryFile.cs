using System.Runtime.CompilerServices;
using System.Text.Json;
using Vesper.Cli.Files;
using Vesper.Cli.Text;

namespace Vesper.Cli.Queries;

/// <summary>
/// Queries from a file, read forward: a vector file, or JSON lines with <c>vector</c> or <c>text</c> (embedded with the
/// shipped words); other keys of a line are passed over.
/// </summary>
internal static class QueryFile
{
    private const int RowsAtATime = 256;

    /// <summary>The queries, one after the other.</summary>
    /// <exception cref="VesperException">The file is damaged, or a query does not fit the field: names the
    /// place.</exception>
    public static IAsyncEnumerable<IndexedQuery> ReadAsync(
        string path,
        KeyValuePair<string, VectorFieldOptions> field,
        CancellationToken cancellation = default) =>
        RowFile.IsVectorFile(path)
            ? ReadRowsAsync(path, field, cancellation)
            : ReadLinesAsync(path, field, cancellation);

    /// <summary>Reads all queries, so that what is wrong with any is known; returns how many there are.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<long> CheckAsync(
        string path, KeyValuePair<string, VectorFieldOptions> field, CancellationToken cancellation)
    {
        var count = 0L;
        await foreach (var _ in ReadAsync(path, field, cancellation))
        {
            count++;
        }

        return count;
    }

    private static async IAsyncEnumerable<IndexedQuery> ReadRowsAsync(
        string path,
        KeyValuePair<string, VectorFieldOptions> field,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var file = RowFile.OpenVectors(path);
        if (file.Count > 0 && file.Dimensions != field.Value.Dimensions)
        {
            throw new SchemaException(
                path,
                $"the queries have {file.Dimensions} dimensions, the collection's vectors have "
                + $"{field.Value.Dimensions}");
        }

        var rows = new float[RowsAtATime * file.Dimensions];
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = file.Position;
            var read = file.Read(rows.AsSpan());
            if (read == 0)
            {
                yield break;
            }

            for (var i = 0; i < read; i++)
            {
                var vector = rows.AsSpan(i * file.Dimensions, file.Dimensions).ToArray();
                VectorFit.Require($"{path}, row {first + i}", vector, field.Key, field.Value);
                yield return new IndexedQuery(first + i, vector);
            }

            await Task.Yield();
        }
    }

    private static async IAsyncEnumerable<IndexedQuery> ReadLinesAsync(
        string path,
        KeyValuePair<string, VectorFieldOptions> field,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (LineReader.ExtensionOf(path) is not (".jsonl" or ".json" or ".ndjson"))
        {
            throw new SchemaException(path, $"not a kind of query file that is read: {RowFile.VectorFormats} .jsonl");
        }

        using var lines = new LineReader(path);
        for (var index = 0L; ReadLine(lines) is { } line; index++)
        {
            var vector = line.Vector ?? await EmbedAsync(lines.Place, line.Text!, field.Value, cancellation);
            VectorFit.Require(lines.Place, vector, field.Key, field.Value);
            yield return new IndexedQuery(index, vector);
        }
    }

    private static async Task<float[]> EmbedAsync(
        string place, string text, VectorFieldOptions field, CancellationToken cancellation)
    {
        try
        {
            return await ShippedWords.Embedder.EmbedForAsync(text, field, cancellation);
        }
        catch (SchemaException error)
        {
            throw new SchemaException(place, error.Message);
        }
    }

    private static Line? ReadLine(LineReader lines)
    {
        if (!lines.TryRead(out var utf8))
        {
            return null;
        }

        try
        {
            return Parse(lines.Place, utf8);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new SchemaException(lines.Place, "is not a JSON object with vector or text");
        }
    }

    private static Line Parse(string place, ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var line = new Line(null, null);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new SchemaException(place, "must be a JSON object with vector or text");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVector = reader.ValueTextEquals("vector"u8);
            var isText = reader.ValueTextEquals("text"u8);
            reader.Read();
            line = isVector ? line with { Vector = JsonPoint.ParseVector(place, ref reader) }
                : isText ? line with { Text = reader.GetString() }
                : line;
            reader.Skip();
        }

        return line.Vector is null && line.Text is null
            ? throw new SchemaException(place, "has neither vector nor text")
            : line;
    }

    private sealed record Line(float[]? Vector, string? Text);
}
