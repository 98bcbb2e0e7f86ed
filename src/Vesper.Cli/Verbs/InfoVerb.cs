using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>info</c>: state and sizes of collections, and what opening them found.</summary>
internal static class InfoVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "The collection; all when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var cpu = new Option<bool>("--cpu")
        {
            Description = "Show the processor and the kernels used on it instead; needs no database",
        };
        return new VerbCommand(
            "info",
            "Show points, segments, bytes and state, and what opening found and did",
            "info docs",
            "info --json",
            "info --cpu")
        {
            name,
            cpu,
        }.Does(output, session => session.Value(cpu) ? ShowCpu(session) : RunAsync(session, name));
    }

    private static Task<int> ShowCpu(Session session)
    {
        CpuInfo.Write(session.Output);
        return Task.FromResult(0);
    }

    private static async Task<int> RunAsync(Session session, Argument<string?> argument)
    {
        await using var database = await session.OpenToReadAsync();
        var name = session.Optional(argument);
        var rows = name is null ? CollectionSummary.OfAll(database) : [CollectionSummary.Of(database, name)];
        foreach (var row in rows)
        {
            session.Output.Write(writer => WriteJson(writer, row), console => WriteTable(console, row));
        }

        return rows.All(row => row.Info is not null) ? 0 : 1;
    }

    private static void WriteJson(Utf8JsonWriter writer, CollectionSummary row)
    {
        writer.WriteString("name"u8, row.Name);
        writer.WriteNumberOrNull("points"u8, row.Info?.Points);
        writer.WriteNumberOrNull("segments"u8, row.Info?.Segments);
        writer.WriteNumberOrNull("bytes"u8, row.Info?.Bytes);
        writer.WriteNumberOrNull("lsn"u8, (long?)row.Info?.Lsn.Value);
        if (row.Info is { } info)
        {
            writer.WriteNumber("durable_lsn"u8, info.DurableLsn.Value);
            writer.WriteNumber("dead_rows"u8, info.DeadRows);
            writer.WriteNumber("indexed_rows"u8, info.IndexedRows);
            writer.WriteNumber("indexable_rows"u8, info.IndexableRows);
            writer.WriteNumber("memory_bytes"u8, info.MemoryBytes);
            WriteOptions(writer, info.Options);
        }

        writer.WriteString("state"u8, row.State);
        writer.WriteString("reason"u8, row.Reason);
        if (row.Opened is { } opened)
        {
            WriteOpenReport(writer, opened);
        }
    }

    private static void WriteOptions(Utf8JsonWriter writer, CollectionOptions options)
    {
        writer.WriteStartObject("vectors"u8);
        foreach (var (field, vector) in options.Vectors)
        {
            writer.WriteStartObject(field);
            writer.WriteNumber("dimensions"u8, vector.Dimensions);
            writer.WriteString("metric"u8, CollectionSummary.NameOf(vector.Metric));
            writer.WriteString("index"u8, CollectionSummary.NameOf(vector.Index.Kind));
            writer.WriteNumber("m"u8, vector.Index.M);
            writer.WriteNumber("ef_construction"u8, vector.Index.EfConstruction);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("payload_indexes"u8);
        foreach (var (path, type) in options.PayloadIndexes)
        {
            writer.WriteString(path, CollectionSummary.NameOf(type));
        }

        writer.WriteEndObject();
    }

    private static void WriteOpenReport(Utf8JsonWriter writer, CollectionOpenReport opened)
    {
        writer.WriteStartObject("open"u8);
        writer.WriteBoolean("cleanly_closed"u8, opened.CleanlyClosed);
        writer.WriteNumber("records_replayed"u8, opened.RecordsReplayed);
        writer.WriteNumber("bytes_replayed"u8, opened.BytesReplayed);
        writer.WriteNumber("bytes_cut"u8, opened.BytesCut);
        writer.WriteNumber("records_lost"u8, opened.RecordsLost);
        writer.WriteStartArray("notes"u8);
        foreach (var note in opened.Notes)
        {
            writer.WriteStringValue(note);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTable(IAnsiConsole console, CollectionSummary row)
    {
        var table = Tables.Make("collection", row.Name).Add("state", row.State);
        if (row.Reason is not null)
        {
            table.Add("reason", row.Reason);
        }

        if (row.Info is { } info)
        {
            table.Add("points", Shown.Number(info.Points))
                .Add("deleted rows not yet folded in", Shown.Number(info.DeadRows))
                .Add("segments", Shown.Number(info.Segments))
                .Add("rows in an index", $"{Shown.Number(info.IndexedRows)} of {Shown.Number(info.IndexableRows)}")
                .Add("on disk", Shown.Bytes(info.Bytes))
                .Add("native memory", Shown.Bytes(info.MemoryBytes))
                .Add("last write, durable write", $"{info.Lsn}, {info.DurableLsn}")
                .Add("vectors", CollectionSummary.Fields(info.Options))
                .Add("payload indexes", CollectionSummary.PayloadIndexes(info.Options));
        }

        if (row.Opened is { } opened)
        {
            table.Add("closed in good order", opened.CleanlyClosed ? "yes" : "no")
                .Add("replayed", $"{Shown.Number(opened.RecordsReplayed)} records, {Shown.Bytes(opened.BytesReplayed)}")
                .Add("unpromised tail cut off", Shown.Bytes(opened.BytesCut))
                .Add("acknowledged records lost", Shown.Number(opened.RecordsLost));
            foreach (var note in opened.Notes)
            {
                table.Add("note", note);
            }
        }

        console.Write(table);
    }
}
