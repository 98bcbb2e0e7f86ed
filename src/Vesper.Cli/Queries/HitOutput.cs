using Vesper.Cli.Files;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Queries;

/// <summary>Search results for programs.</summary>
internal static class HitOutput
{
    /// <summary>Writes <c>{"query","id","score","payload"}</c> a line, best first.</summary>
    public static void WriteJson(JsonOutput output, long query, IReadOnlyList<SearchHit> hits)
    {
        foreach (var hit in hits)
        {
            output.Write(writer =>
            {
                writer.WriteNumber("query"u8, query);
                writer.WritePropertyName("id"u8);
                IdText.Write(writer, hit.Id);
                writer.WriteNumber("score"u8, hit.Score);
                JsonPoint.WritePayload(writer, hit.Payload);
            });
        }
    }
}
