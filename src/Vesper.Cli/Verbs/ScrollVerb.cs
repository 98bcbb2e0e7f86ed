using System.CommandLine;
using Vesper.Cli.Files;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>scroll</c>: a page of points in id order.</summary>
internal static class ScrollVerb
{
    private static Option<int> Limit { get; } =
        Parsed.Integer("--limit", "Points of the page", new(1, Limits.BatchPoints), 20);

    private static Option<PointId?> From { get; } = Parsed.Option<PointId?>(
        "--from", "ID", "Where to start, inclusive; the id that the page before ended with", text => Values.Id(text));

    private static Option<bool> WithVectors { get; } = QueryOptions.WithVectors();

    private static Option<bool> NoPayload { get; } = QueryOptions.NoPayload();

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var filter = QueryOptions.Filter();
        return new VerbCommand(
            "scroll",
            "Show points in id order, a page at a time",
            "scroll docs --limit 100",
            "scroll docs --from 100 --filter '{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}'")
        {
            name, Limit, From, filter, WithVectors, NoPayload,
        }
        .Noted("With --json, a last line {\"next\":id} says that there are more, from that id on.")
        .Does(output, session => RunAsync(session, session.Value(name), session.Value(filter)));
    }

    private static async Task RunAsync(Session session, string name, Filter? filter)
    {
        await using var database = await session.OpenToReadAsync();
        var page = database.GetCollection(name).Scroll(
            new ScrollRequest
            {
                Limit = session.Value(Limit),
                From = session.Value(From),
                Filter = filter,
                WithVectors = session.Value(WithVectors),
                WithPayload = !session.Value(NoPayload),
            },
            session.Cancellation);
        PointOutput.Write(session.Output, page.Points);
        if (page.Next is { } next)
        {
            session.Output.Write(
                writer =>
                {
                    writer.WritePropertyName("next"u8);
                    IdText.Write(writer, next);
                },
                console => console.Line($"More: --from {Shown.Id(next)}"));
        }
    }
}
