using System.CommandLine;
using Spectre.Console;
using Vesper.Cli.Files;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Verbs;

/// <summary><c>get</c>: points by id.</summary>
internal static class GetVerb
{
    private static Option<bool> NoVectors { get; } = QueryOptions.NoVectors();

    private static Option<bool> NoPayload { get; } = QueryOptions.NoPayload();

    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output)
    {
        var name = QueryOptions.CollectionName();
        var ids = QueryOptions.Ids();
        return new VerbCommand(
            "get",
            "Show points by id; fails when one does not exist",
            "get docs 17 18",
            "get docs 0b87a8b6-7b8f-4d6e-8d5f-3c2b1a000000 --json")
        {
            name, ids, NoVectors, NoPayload,
        }.Does(output, session => RunAsync(session, session.Value(name), session.Value(ids)));
    }

    private static async Task RunAsync(Session session, string name, List<PointId> ids)
    {
        if (ids.Count == 0)
        {
            throw new UsageException("give at least one id");
        }

        await using var database = await session.OpenToReadAsync();
        var points = database.GetCollection(name).Get(
            ids, withVectors: !session.Value(NoVectors), withPayload: !session.Value(NoPayload));
        PointOutput.Write(session.Output, points);
        var missing = ids.Except(points.Select(point => point.Id)).ToList();
        if (missing.Count > 0)
        {
            throw new NotFoundException("point", string.Join("', '", missing));
        }
    }
}
